import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BondedPort } from '../../../core/contracts/lifeline.ts';
import type { Nic, Survey } from '../../../core/contracts/survey.ts';
import { planInstall } from '../../../worker/host/plan.ts';
import { parseSurvey } from '../../../worker/host/survey.ts';
import { swap } from '../../fakes/model-paths.ts';
import { anyServer } from '../../support/any-server.ts';

const text = readFileSync(new URL('../../fixtures/host/debian-rescue.txt', import.meta.url), 'utf8');
/** Our connection is on eth1, a card that can be given away; eth0 is the other port of the bond. */
const server = parseSurvey(swap(text));
const [eth0, eth1] = ['52:54:00:aa:00:01', '52:54:00:bb:00:01'] as const;
const bond: BondedPort[] = [
  { id: 'p-0', name: 'eth0', mac: eth0 },
  { id: 'p-1', name: 'eth1', mac: eth1 },
];
const request = { iso: { url: 'https://dl.example.com/a.iso' }, rungs: { nic: 'passthrough' as const } };

const plan = (survey: Survey, ports: readonly BondedPort[] = bond) => planInstall({ survey, request, ports });
const refusals = (survey: Survey, ports?: readonly BondedPort[]) => {
  const planned = plan(survey, ports);
  return 'plan' in planned ? '' : planned.refusals.join('\n');
};
const withNic = (mac: string, change: Partial<Nic>): Survey => ({
  ...server,
  nics: server.nics.map((nic) => (nic.mac === mac ? { ...nic, ...change } : nic)),
});

describe('a plan for a connection that moves', () => {
  it('gives the port of our connection away and keeps the other one, which it names', () => {
    const planned = plan(server);
    if (!('plan' in planned)) throw new Error(planned.refusals.join('\n'));
    const { nic, lifeline, ladder, passed } = planned.plan;
    expect(nic).toMatchObject({ mode: 'passthrough', mac: eth1 });
    expect(lifeline).toMatchObject({ given: eth1, carries: eth0, portId: 'p-0' });
    expect(passed.filter(({ purpose }) => purpose === 'nic')).toHaveLength(1);
    const placement = ladder.find(({ part }) => part === 'nic');
    expect(placement?.how).toMatch(/moves to eth0 \(52:54:00:aa:00:01\).*taken back at the end, however this ends/);
    expect(placement?.risks).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/no bond.*may bill the addresses/),
        expect.stringMatching(/^To enter in the installer: 10\.0\.2\.15\/24.*gateway 10\.0\.2\.2/),
      ]),
    );
    // As much as a message of Slack shows of each.
    expect(placement?.how.length).toBeLessThan(400);
    expect(placement?.risks.filter((risk) => risk.length > 250)).toEqual([]);
  });

  it('takes the last of several others', () => {
    const third = { ...(server.nics[0] as Nic), name: 'eth2', mac: '52:54:00:cc:00:01', pci: '0000:09:00.0' };
    const planned = plan({ ...server, nics: [...server.nics, third] }, [
      ...bond,
      { id: 'p-2', name: 'eth2', mac: third.mac },
    ]);
    expect(planned).toMatchObject({ plan: { lifeline: { carries: third.mac, portId: 'p-2' } } });
  });

  it.each<[string, Survey, readonly BondedPort[], RegExp]>([
    [
      'shows no such port',
      server,
      [...bond, { id: 'p', name: 'eth7', mac: '02:00:00:00:00:07' }],
      /shows no port eth7 \(02:00:00:00:00:07\)/,
    ],
    [
      'has joined its ports itself',
      withNic(eth0, { lifeline: true }),
      bond,
      /exactly one port.*stands on eth0.*, eth1/,
    ],
    [
      'comes by a port of no bond',
      server,
      bond.slice(0, 1),
      /exactly one port of the provider's bond, and stands on eth1/,
    ],
    [
      'cannot tell by which port it comes',
      withNic(eth1, { lifeline: false }),
      bond,
      /stands on no port that can be told/,
    ],
  ])('is refused where the rescue system %s', (_what, survey, ports, sentence) => {
    expect(refusals(survey, ports)).toMatch(sentence);
  });

  it('is refused where both ports share an IOMMU group, since one cannot go without the other', () => {
    const group = server.pci.find(({ address }) => address === '0000:01:00.0')?.iommuGroup ?? null;
    const pci = server.pci.map((one) => (one.address === '0000:00:03.0' ? { ...one, iommuGroup: group } : one));
    expect(refusals({ ...server, pci })).toMatch(/shares its IOMMU group.*eth0.*which carries our connection/);
  });

  it('gives no third port away in place of the one that was freed', () => {
    const spare = {
      ...(server.nics[0] as Nic),
      name: 'eth2',
      mac: '52:54:00:cc:00:01',
      pci: '0000:01:00.0',
      carrier: true,
    };
    const survey = withNic(eth1, { pci: '0000:00:03.0' });
    expect(plan({ ...survey, nics: [...survey.nics, spare] })).not.toMatchObject({ plan: { nic: { mac: spare.mac } } });
  });
});

it('never takes along what is to carry our connection, on any server', () => {
  let plans = 0;
  fc.assert(
    fc.property(anyServer, fc.nat(), (any, which) => {
      const members = any.nics.filter(({ kind, pci }) => kind === 'physical' && pci !== null);
      const now = members[which % Math.max(1, members.length)];
      // What refuses a plan for reasons of its own is left out: nothing is learnt from it here.
      const able = { iommu: true, vfio: true, reservedGroups: [], arrays: [], volumes: [], pools: [], occupied: [] };
      const survey = { ...any, ...able, nics: any.nics.map((nic) => ({ ...nic, lifeline: nic === now })) };
      const disk = any.disks[which % Math.max(1, any.disks.length)]?.serial;
      const ports = members.map(({ name, mac }) => ({ id: name, name, mac }));
      const planned = planInstall({ survey, request: { ...request, disk }, ports });
      if (!('plan' in planned)) return;
      plans += 1;
      const { lifeline, nic, passed } = planned.plan;
      const carries = survey.nics.find(({ mac }) => mac === lifeline?.carries);
      const taken = new Set(passed.map(({ address }) => address));
      expect(nic.mac).toBe(lifeline?.given);
      expect([carries?.pci ?? '', ...(carries?.through ?? [])].filter((address) => taken.has(address))).toEqual([]);
    }),
    { numRuns: 1500 },
  );
  expect(plans).toBeGreaterThan(20);
});
