import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { AnswerKind } from '../../../core/contracts/answer.ts';
import type { AnswerFacts } from '../../../worker/host/answer-values.ts';
import { fillAnswer } from '../../../worker/host/fill-answer.ts';
import { planInstall } from '../../../worker/host/plan.ts';
import { parseSurvey } from '../../../worker/host/survey.ts';

const server = parseSurvey(readFileSync(new URL('../../fixtures/host/debian-rescue.txt', import.meta.url), 'utf8'));
const HASH = '$6$saltsaltsalt$abcdefghijklmnopqrstuvwxyz';

function factsOf(change: Partial<AnswerFacts> = {}, rung?: 'raw-block'): AnswerFacts {
  const disks = server.disks.map((disk) => ({ ...disk, path: `/dev/disk/by-id/nvme-PM9A3_${disk.serial}` }));
  const route = { family: 4, to: 'default', nic: 'eth0' } as const;
  const routes = [
    { ...route, via: '203.0.113.254', metric: 100 },
    { ...route, via: '203.0.113.1', metric: 50 },
  ];
  const survey = { ...server, disks, routes };
  const iso = { url: 'https://example.org/a.iso' };
  const planned = planInstall({ survey, request: { iso, ...(rung ? { rungs: { disk: rung } } : {}) } });
  if (!('plan' in planned)) throw new Error(planned.refusals.join(' '));
  return {
    hostname: 'web-07.example.org',
    address: '203.0.113.7',
    survey,
    plan: planned.plan,
    passwordHash: HASH,
    ...change,
  };
}

const fill = (text: string, facts = factsOf(), kind: AnswerKind = 'preseed') => {
  const filled = fillAnswer(
    { kind, files: [{ name: kind === 'windows' ? 'autounattend.xml' : 'preseed.cfg', text }] },
    facts,
  );
  return 'files' in filled ? (filled.files[0]?.text ?? '') : filled.refusals;
};

describe('a placeholder', () => {
  test.each([
    ['xepa.hostname', 'web-07'],
    ['xepa.address', '203.0.113.7'],
    ['xepa.gateway', '203.0.113.1'],
    ['xepa.mac', factsOf().plan.nic.mac],
    ['xepa.disk.serial', factsOf().plan.erases[0]?.serial],
    ['xepa.password_hash', HASH],
  ])('%s becomes %s', (name, value) => {
    expect(fill(`d-i a/b string {{${name}}}\n`)).toBe(`d-i a/b string ${value}\n`);
  });

  test.each([
    ['xepa.address', { address: '' }, /the provider tells no address/],
    ['xepa.password_hash', { passwordHash: undefined }, /XEPA_ANSWER_PASSWORD_HASH is not set/],
    ['xepa.disk.serial', { disk: 'ANOTHER' }, /several disks/],
  ] as const)('%s without a value is refused with what to do', (name, change, why) => {
    expect(fill(`d-i a/b string {{${name}}}\n`, factsOf(change))).toEqual([expect.stringMatching(why)]);
  });

  test('is refused where nobody knows it, and all reasons come at once', () => {
    const facts = factsOf({ address: '' });
    expect(fill('d-i a/b string {{xepa.adress}} {{xepa.address}}\n', facts)).toHaveLength(2);
  });

  test('names the disk as the installer sees it: on a rung with an emulated NVMe disk it is QEMU’s', () => {
    const facts = factsOf({}, 'raw-block');
    expect(facts.plan.block?.bus).toBe('nvme');
    const serial = facts.plan.erases[0]?.serial;
    expect(fill('d-i a/b string {{xepa.disk.by_id}}\n', facts)).toContain(
      `/dev/disk/by-id/nvme-QEMU_NVMe_Ctrl_${serial}\n`,
    );
    expect(fill('d-i a/b string {{xepa.disk.by_id}}\n')).toContain(`/dev/disk/by-id/nvme-PM9A3_${serial}\n`);
  });
});

test('a value is written as XML wants it, and ends no line', () => {
  const xml = '<unattend xmlns="urn:schemas-microsoft-com:unattend"><a>{{xepa.hostname}}</a></unattend>';
  expect(fill(xml, factsOf({ hostname: 'a<b>&"c' }), 'windows')).toContain('<a>a&lt;b&gt;&amp;&quot;c</a>');
  expect(fill('d-i a/b string {{xepa.address}}\n', factsOf({ address: 'x\nd-i evil/x string y' }))).toBe(
    'd-i a/b string x d-i evil/x string y\n',
  );
});

test('a value that breaks the file is refused before it gets to the installer', () => {
  const files = [{ name: 'user-data', text: '#cloud-config\nhostname: {{xepa.hostname}}\n' }];
  const filled = fillAnswer({ kind: 'cloud-init', files }, factsOf({ hostname: '[unclosed' }));
  expect(filled).toEqual({ refusals: [expect.stringMatching(/With this server's values.*no YAML/)] });
});

test('a seed of cloud-init gets its meta-data where there is none', () => {
  const files = [{ name: 'user-data', text: '#cloud-config\na: 1\n' }];
  const filled = fillAnswer(
    { kind: 'autoinstall', files: [{ name: 'user-data', text: '#cloud-config\nautoinstall: {}\n' }] },
    factsOf(),
  );
  expect(filled).toMatchObject({
    files: [{}, { name: 'meta-data', text: expect.stringContaining('local-hostname: "web-07') }],
  });
  const own = { name: 'meta-data', text: 'instance-id: mine\n' };
  expect(fillAnswer({ kind: 'cloud-init', files: [...files, own] }, factsOf())).toMatchObject({ files: [{}, own] });
});
