import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type Finding, fail } from '../../../core/doctor/check.ts';
import { judgeSkew } from '../../../core/doctor/clock.ts';
import { judgeAnswer, judgeHttps, judgeProxies } from '../../../core/doctor/console.ts';
import { judgeAge, judgeDevices } from '../../../core/doctor/inventory.ts';
import { isoChecks, judgeIso } from '../../../core/doctor/isos.ts';
import { judgeRescueTools } from '../../../core/doctor/rescue.ts';
import { judgePrevious, judgeSecret } from '../../../core/doctor/secrets.ts';
import { parseKeyring } from '../../../core/keyring.ts';
import { createSealer, sshKeyContext } from '../../../core/sealing.ts';
import { aSurvey } from '../../support/a-survey.ts';
import { anInstall } from '../../support/an-install.ts';

type Case = [string, Finding, Finding['state'], string];
const judged = (_what: string, finding: Finding, state: Finding['state'], says: string) => {
  expect(finding).toMatchObject({ state, says: expect.stringContaining(says) });
};

describe('a clock', () => {
  const skew = (aheadMs: number) =>
    judgeSkew({ whose: 'Slack', aheadMs, limitMs: 60_000, beyond: (says) => fail(says, 'NTP') });
  test.each<Case>([
    ['near ours is well', skew(-59_000), 'ok', 'within 60 s'],
    ['behind is named so', skew(-61_000), 'fail', '61.0 s behind ours'],
    ['ahead is named so', skew(90_500), 'fail', '90.5 s ahead of ours'],
  ])('%s', judged);
});

describe('a secret', () => {
  test.each<Case>([
    ['of 32 bytes in hex is well', judgeSecret(createHash('sha256').update('one').digest('hex')), 'ok', '64 hexadec'],
    ['of one letter can be guessed', judgeSecret('a'.repeat(64)), 'warn', 'repeated'],
    ['of a repeated word can be guessed', judgeSecret('swordfish'.repeat(5)), 'warn', 'repeated'],
    ['of few letters can be guessed', judgeSecret('aaaaaaaaaaaaaaaabbbbbbbbcccccccd'), 'warn', 'too few'],
    ['of another kind is well', judgeSecret('Kq9!vT2#mZ7$wX4%rB8&nL1*pD6^sF3@'), 'ok', '32 characters'],
  ])('%s', judged);

  test('is never shown, not even in part', () => {
    const secret = 'Kq9!vT2#mZ7$wX4%rB8&nL1*pD6^sF3@';
    const parts = Array.from({ length: secret.length - 2 }, (_, at) => secret.slice(at, at + 3));
    for (const one of [secret, 'a'.repeat(64), 'swordfish'.repeat(5)]) {
      const { says, todo } = judgeSecret(one);
      expect(parts.filter((part) => `${says}${todo}`.includes(part))).toEqual([]);
    }
  });

  const [current, previous] = ['new-secret-'.padEnd(40, 'x1y2z3'), 'old-secret-'.padEnd(40, 'x1y2z3')];
  const sealedUnder = (secret: string) =>
    anInstall({
      sealed: { sshKey: createSealer(parseKeyring(secret)).seal('a key', sshKeyContext('xe-7f3kq2')) },
    });
  test.each<Case>([
    [
      'of before is needed while a key is sealed under it',
      judgePrevious({ current, previous, open: [sealedUnder(previous)] }),
      'ok',
      'still needed by 1 open installs (xe-7f3kq2)',
    ],
    [
      'of before is to be dropped when no key is',
      judgePrevious({ current, previous, open: [sealedUnder(current)] }),
      'warn',
      'no open install needs it',
    ],
    [
      'of before must be another one',
      judgePrevious({ current, previous: current, open: [] }),
      'warn',
      'nothing was rotated',
    ],
  ])('%s', judged);
});

describe('an ISO of the catalogue', () => {
  const entry = { name: 'debian-13', url: 'https://m.example/d.iso', sha256: 'ab'.repeat(32) };
  const there = { status: 200, finalUrl: 'https://m2.example/d.iso', bytes: 650_000_000 };
  test.each<Case>([
    ['that is there and pinned is well', judgeIso(entry, there), 'ok', 'is there, 650 MB, with a digest'],
    ['without a digest should have one', judgeIso({ ...entry, sha256: undefined }, there), 'warn', 'no digest'],
    ['that is gone cannot be installed', judgeIso(entry, { ...there, status: 404 }), 'fail', '404'],
    ['that is forbidden here may not be there', judgeIso(entry, { ...there, status: 403 }), 'warn', '403'],
    ['that answers no HEAD is not known', judgeIso(entry, { ...there, status: 405 }), 'warn', 'HEAD'],
    [
      'that leads to plain http is refused',
      judgeIso(entry, { ...there, finalUrl: 'http://m2.example/d.iso' }),
      'fail',
      'plain http',
    ],
    ['that does not answer here may answer there', judgeIso(entry, null), 'warn', 'from here'],
  ])('%s', judged);

  test('is asked for with at most nineteen others', async () => {
    const many = Array.from({ length: 23 }, (_, index) => ({ name: `iso-${index}`, url: 'http://127.0.0.1:9/x' }));
    const checks = isoChecks(many);
    expect(checks).toHaveLength(21);
    expect(await checks.at(-1)?.run(new AbortController().signal)).toMatchObject({ says: '3 more are not asked for' });
  });
});

describe('the web console', () => {
  const url = 'https://xepa.example.com';
  const well = { status: 200, body: '{"ok":true}', hsts: 'max-age=1' };
  test.each<Case>([
    ['that answers is well', judgeAnswer(url, well), 'ok', 'is well'],
    ['that is not well says so', judgeAnswer(url, { ...well, status: 503, body: '' }), 'fail', 'is not well'],
    [
      'that is somebody else is noticed',
      judgeAnswer(url, { ...well, body: '<html>' }),
      'fail',
      'is not the web console',
    ],
    ['that moved is noticed', judgeAnswer(url, { ...well, status: 301 }), 'warn', 'leads elsewhere'],
    ['that does not answer here may answer people', judgeAnswer(url, null), 'warn', 'from here'],
    ['without HSTS lost a header', judgeHttps(url, { ...well, hsts: null }), 'warn', 'Strict-Transport-Security'],
    ['with HSTS is well', judgeHttps(url, well), 'ok', 'HSTS'],
    ['on loopback needs no https', judgeHttps('http://127.0.0.1:8080', { ...well, hsts: null }), 'ok', 'this machine'],
    ['behind https has a proxy', judgeProxies(url, 0), 'warn', 'no reverse proxy is trusted'],
    ['may trust one', judgeProxies(url, 1), 'ok', 'one reverse proxy'],
    ['on loopback has none to trust', judgeProxies('http://127.0.0.1:8080', 2), 'warn', '2 reverse proxies'],
    ['is not always known', judgeProxies(url, null), 'skipped', 'XEPA_TRUST_PROXY'],
  ])('%s', judged);
});

describe('the list of devices', () => {
  const now = 100 * 60_000;
  const device = { provider: 'lab', id: 'd-1', name: 'web-07', tags: [] };
  const inventory = { at: now - 30_000, devices: [device], problems: [] };
  test.each<Case>([
    ['that is fresh shows a living worker', judgeAge(inventory, now), 'ok', 'less than a minute'],
    ['that grows old is noticed', judgeAge({ ...inventory, at: now - 12 * 60_000 }, now), 'warn', '12 min'],
    [
      'that is too old stops installs',
      judgeAge({ ...inventory, at: now - 16 * 60_000 }, now),
      'fail',
      'no install is taken',
    ],
    ['that was never read shows no worker', judgeAge(null, now), 'fail', 'no worker'],
    ['counts the devices of each provider', judgeDevices(inventory, now), 'ok', 'lab 1'],
    ['that is empty is odd', judgeDevices({ ...inventory, devices: [] }, now), 'warn', 'no device'],
    [
      'names the provider that is silent',
      judgeDevices({ ...inventory, problems: [{ provider: 'metal', message: 'Refused.' }] }, now),
      'fail',
      'metal: Refused.',
    ],
  ])('%s', judged);
});

describe('the list of a provider that does not answer', () => {
  const now = 100 * 60_000;
  const device = { provider: 'lab:b', id: 'd-1', name: 'web-07', tags: [] };
  const problems = [{ provider: 'lab:b', message: 'Refused.' }];
  const seen = (at: number | null) => {
    const { todo } = judgeDevices({ at: now, devices: [device], problems, sources: [{ provider: 'lab:b', at }] }, now);
    return todo;
  };
  test('is told of with its age, and from when on nothing is installed by it', () => {
    expect(seen(now - 12 * 60_000)).toBe(
      'See to lab:b: its devices are as they were 12 min ago; from 15 min on no install is taken by that',
    );
    expect(seen(now - 16 * 60_000)).toContain('as they were 16 min ago, and no install is taken by that');
    expect(seen(null)).toContain('its devices are missing from the list');
  });
  test('is only odd where it did answer, with a server that is none', () => {
    const list = { at: now, devices: [device], problems, sources: [{ provider: 'lab:b', at: now }] };
    expect(judgeDevices(list, now).state).toBe('warn');
  });
});

describe('rescue systems', () => {
  const survey = aSurvey({ os: { id: 'alpine', version: '3.20', kernel: '6.6' } });
  const prepared = (added: string[]) => ({ survey, prepare: { added, kvm: true, ovmf: null } });
  const failed = { step: 'prepare' as const, code: 'x', message: 'no mirror', at: 1 };
  test.each<Case>([
    ['are not known before the first survey', judgeRescueTools([anInstall()]), 'skipped', 'no install'],
    [
      'are told of with what was added',
      judgeRescueTools([anInstall({ facts: prepared(['qemu', 'curl']) })]),
      'ok',
      'alpine 3.20 (web-07): lacked qemu, curl, and XEPA added it',
    ],
    ['may lack nothing', judgeRescueTools([anInstall({ facts: prepared([]) })]), 'ok', 'lacked nothing'],
    [
      'may be impossible to prepare',
      judgeRescueTools([anInstall({ facts: prepared(['qemu']), failure: failed })]),
      'warn',
      'could not be added',
    ],
  ])('%s', judged);
});
