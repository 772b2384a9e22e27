import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addPath, dropPath, returnPath, usePath } from '../../worker/host/second-path.ts';
import { carriesMac, givenMac, layTwoPaths, type TwoPaths } from '../support/two-paths.ts';

const way = { address: '203.0.113.2', prefix: 29, gateway: '203.0.113.1' };
const move = {
  ...{ given: givenMac, carries: carriesMac, portId: 'port-2' },
  before: { addresses: ['192.0.2.1/31'], gateway: '192.0.2.0' },
};

/** The very scripts that run on a server, with a kernel's own routes. */
describe.each(['dash', 'busybox'] as const)('two paths to a server with %s', (shell) => {
  let net: TwoPaths;
  beforeEach(async () => {
    net = await layTwoPaths(shell);
  });
  afterEach(() => net.close());

  const answers = () => [net.answersAt('192.0.2.1'), net.answersAt('203.0.113.2')];
  const routes = () => net.server('ip', 'route', 'list').trim().split(/\s*\n/).sort();
  const leavesBy = () => /default via (\S+)/.exec(net.server('ip', 'route', 'list'))?.[1];

  it('answers at both, each by its own network, before anything moves', () => {
    for (const _twice of [1, 2]) net.exec(addPath(move, way));
    expect(answers()).toEqual([true, true]);
    expect(leavesBy()).toBe('192.0.2.0');
    expect(net.server('ip', 'rule', 'list').match(/from 203\.0\.113\.2/g)).toHaveLength(1);
  });

  it('moves to the second one, and leaves the first port without an address', () => {
    net.exec(addPath(move, way));
    for (const _twice of [1, 2]) net.exec(usePath(move, way));
    expect(answers()).toEqual([false, true]);
    expect(leavesBy()).toBe('203.0.113.1');
    expect(net.server('ip', 'addr', 'show', 'dev', 'eth0')).not.toContain('inet');
  });

  it('stays on the second one when the first port goes away', () => {
    net.exec(addPath(move, way));
    net.exec(usePath(move, way));
    net.server('ip', 'link', 'del', 'eth0');
    expect(net.answersAt('203.0.113.2')).toBe(true);
  });

  it('goes back to the first one, and is then as before', () => {
    const before = routes();
    net.exec(addPath(move, way));
    net.exec(usePath(move, way));
    for (const _twice of [1, 2]) net.exec(returnPath(move));
    expect(answers()).toEqual([true, true]);
    for (const _twice of [1, 2]) net.exec(dropPath(move, way));
    expect(answers()).toEqual([true, false]);
    expect(routes()).toEqual(before);
    expect(net.server('ip', 'rule', 'list')).not.toContain('203.0.113.2');
  });

  it('goes back also from half of the way', () => {
    net.exec(addPath(move, way));
    net.exec(returnPath(move));
    net.exec(dropPath(move, way));
    expect(net.answersAt('192.0.2.1')).toBe(true);
  });

  it('says what is missing, and does not call it done', () => {
    const elsewhere = { ...move, carries: '52:54:00:aa:00:ff' };
    const said = {
      code: 'device-unfit',
      userMessage: expect.stringContaining('no port has the MAC 52:54:00:aa:00:ff'),
    };
    expect(() => net.exec(addPath(elsewhere, way))).toThrow(expect.objectContaining(said));
    expect(() => net.exec(usePath(elsewhere, way))).toThrow(expect.objectContaining(said));
    expect(() => net.exec(addPath(move, { ...way, gateway: '198.18.0.1' }))).toThrow(/did not take the second address/);
    // A second path that cannot be left by takes nothing from the first one.
    expect(() => net.exec(usePath(move, { ...way, gateway: '198.18.0.1' }))).toThrow(/did not leave by/);
    expect(net.answersAt('192.0.2.1')).toBe(true);
  });
});
