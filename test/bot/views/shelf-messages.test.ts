import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lintMessage } from '../../../bot/block-kit/lint.ts';
import type { LibraryIso } from '../../../bot/iso-library.ts';
import { elsewhere, seenFrom } from '../../../bot/other-workspaces.ts';
import { pageOf } from '../../../bot/page.ts';
import type { Freeze } from '../../../bot/policy/types.ts';
import { frozen, lockLifted, protectionWeakened, thawed } from '../../../bot/views/announcements.ts';
import { deviceCard, deviceNoted } from '../../../bot/views/device-card.ts';
import { deviceList } from '../../../bot/views/device-list.ts';
import { homeView } from '../../../bot/views/home.ts';
import { isoCard, isoList, type NamedIso } from '../../../bot/views/iso-list.ts';
import { isoProbed } from '../../../bot/views/iso-probed.ts';
import type { Message } from '../../../bot/views/message.ts';
import type { DeviceProfile } from '../../../core/contracts/device-profile.ts';

const now = Date.UTC(2026, 10, 3, 15, 30);
const team = 'T01TEST';
const by = 'U01ALICE';

/** Every message of the shelf, with one text in every place that people, providers or mirrors fill. */
function messages(text: string): Message[] {
  const device = { provider: text, id: text, name: text, address: text, tags: [text, text] };
  const lock = { by, reason: text, until: now + 60_000 };
  const freeze: Freeze = { tag: text, until: now + 60_000, reason: text, by };
  const kept: LibraryIso = { url: 'https://m.example/', sha256: 'ab', added: { team, by, at: 1 }, retired: null };
  const iso: NamedIso = {
    name: text,
    url: `https://m.example/${encodeURI('x'.repeat(3000))}`,
    sha256: text,
    kept,
    hidden: false,
  };
  const retired = { ...iso, kept: { ...kept, retired: { team, by, at: 1 } } };
  const rows = Array.from({ length: 25 }, () => ({ ...device, install: text, lock, owner: by }));
  const silent = Array.from({ length: 9 }, () => ({ provider: text, message: text }));
  const inventory = { at: 1, problems: silent, sources: [{ provider: text, at: 0 }] };
  const list = { query: text, freezes: Array.from({ length: 9 }, () => freeze), inventory, now };
  const known = { seenAt: 0, serial: text, model: text, disks: [], ladder: [], summary: rows.map(() => text) };
  const card = {
    device,
    ours: rows.map(() => text),
    owner: by,
    freeze,
    install: text,
    lock,
    profile: known,
    inventory,
    now,
  };
  return [
    deviceList({ rows: pageOf(rows, 2, 10), ...list }),
    deviceList({ rows: pageOf([], 1, 10), ...list }),
    deviceList({ rows: pageOf(rows, 1, 10), ...list, inventory: { ...inventory, at: 0 } }),
    deviceCard(card),
    deviceCard({ ...card, owner: null, freeze: null, install: null, lock: null, profile: null }),
    deviceNoted({ device, ours: card.ours, owner: by, changed: true }),
    isoList(pageOf([...rows.map(() => iso), retired, { ...iso, kept: null, sha256: null }], 2, 10)),
    isoList(pageOf([], 1, 10)),
    ...[iso, retired, { ...iso, kept: null, sha256: null }].map(isoCard),
    isoProbed(iso, { ok: true, bytes: 1, host: text }),
    isoProbed(iso, { ok: false, why: text }),
    lockLifted({ device, lock, by, reason: text }),
    protectionWeakened({ device, dropped: [text, text], given: [text], takenFrom: elsewhere, by }),
    frozen({ freeze, devices: 3, now }),
    thawed({ freeze, by, rest: null, now }),
    thawed({ freeze, by, rest: freeze, now }),
  ];
}

/** The texts that Slack interprets; buttons and their values are plain. */
function mrkdwnOf(message: Message): string {
  return JSON.stringify([message.text, message.blocks.filter((block) => block.type !== 'actions')]);
}

test('every message keeps to the limits of Slack, also with endless text', () => {
  const endless = 'é😀<&>`*_ '.repeat(1200);
  expect(
    [...messages('web'), ...messages(endless)].map((message) => lintMessage(message)).filter((verdict) => !verdict.ok),
  ).toEqual([]);
});

test('no text of a person or a provider can ping or link', () => {
  const evil = fc.constantFrom(
    '<!channel>',
    '<@U09EVIL>',
    '<https://evil.example|ok>',
    '&lt;',
    '`x`',
    '<#C1>',
    '\u202e',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(evil, fc.string({ unit: 'grapheme' }))), (parts) =>
      messages(parts.join('') || 'x').every((message) => !/<!|<@U09EVIL|<https|<#/.test(mrkdwnOf(message))),
    ),
    { numRuns: 60 },
  );
});

test('the list says what each device is doing, in words and not by colour alone', () => {
  const device = { provider: 'lab', id: 'srv-1', name: 'web-01', address: '192.0.2.1', tags: ['web'] };
  const rows = pageOf(
    [
      { ...device, install: null, lock: null, owner: null },
      { ...device, install: 'xe-7f3kq2', lock: { by, reason: 'disk', until: null }, owner: by },
    ],
    1,
    10,
  );
  const inventory = { at: now - 60_000, problems: [{ provider: 'slow', message: 'No.' }] };
  const list = deviceList({ rows, query: '', freezes: [], inventory, now });
  const shown = mrkdwnOf(list);
  expect(shown).toContain('`web-01`  🟢 free');
  expect(shown).toContain('🔵 in install `xe-7f3kq2`  ·  🔒 locked by <@U01ALICE> until somebody lifts it: disk');
  expect(shown).toContain('192.0.2.1  ·  lab/srv-1  ·  tags web  ·  owner <@U01ALICE>');
  expect(shown).toContain('Read from the providers 1 min ago; no answer from slow.');
  expect(list.text).toBe('Devices 1–2 of 2.');
});

test('long lists have buttons for what there is before and after, and the query goes along', () => {
  const device = { provider: 'lab', id: 'srv-1', name: 'web-01', tags: [], install: null, lock: null, owner: null };
  const inventory = { at: 0, problems: [] };
  const all = Array.from({ length: 25 }, () => device);
  const values = [1, 2, 3].map((page) => {
    const list = deviceList({ rows: pageOf(all, page, 10), query: 'web 1', freezes: [], inventory, now });
    return list.blocks
      .flatMap((block) => (block.type === 'actions' ? block.elements : []))
      .map((one) => 'value' in one && one.value);
  });
  expect(values).toEqual([['2 web 1'], ['1 web 1', '3 web 1'], ['2 web 1']]);
});

test('a freeze says what, by whom, until when, and how it ends', () => {
  const freeze: Freeze = { tag: 'prod', until: now + 7_200_000, reason: 'release', by };
  const shown = mrkdwnOf(frozen({ freeze, devices: 3, now }));
  expect(shown).toContain('Everything with the tag `prod` is frozen by <@U01ALICE> until 17:30 UTC (in 2 h): release');
  expect(shown).toContain('Devices that it concerns now: 3.');
  expect(thawed({ freeze: { ...freeze, tag: null }, by: 'U02BOB', rest: null, now }).text).toContain(
    '<@U02BOB> thawed everything, which',
  );
});

test('what was made in another workspace is told without who made it, and without words', () => {
  const device = { provider: 'lab', id: 'srv-7', name: 'web-07', tags: [] };
  const lock = seenFrom('T02OTHER', { team, by, reason: 'disk swap', until: null });
  const freeze = seenFrom('T02OTHER', { team, by, tag: 'prod', reason: 'release', until: now + 7_200_000 });
  const done = seenFrom('T02OTHER', { team, by, at: now });
  const kept: LibraryIso = { url: 'https://m.example/', sha256: 'ab', added: done, retired: done };
  const iso: NamedIso = { name: 'os', url: kept.url, sha256: 'ab', kept, hidden: false };
  const inventory = { at: now, problems: [] };
  const state = { install: null, lock, owner: elsewhere, inventory, now };
  const nobody = { needsMe: [], toReview: [], running: [], waiting: [], finished: [], mayInstall: false };
  const home = homeView({ kind: 'member', now, ...nobody, owned: [{ name: 'web-07', lock }], freezes: [freeze] });
  const mine = { ...freeze, by: 'U02BOB', reason: 'audit' };
  const shown = [
    deviceCard({ device, ours: [], freeze, profile: null, ...state }),
    deviceNoted({ device, ours: [], owner: elsewhere, changed: true }),
    deviceList({ rows: pageOf([{ ...device, ...state }], 1, 10), query: '', freezes: [freeze], ...state }),
    isoCard(iso),
    isoList(pageOf([iso], 1, 10)),
    thawed({ freeze: mine, by: 'U02BOB', rest: freeze, now }),
  ].map(mrkdwnOf);
  shown.push(JSON.stringify(home));
  for (const text of shown) {
    expect(text).toContain('in another workspace');
    expect(text).not.toMatch(/U01ALICE|elsewhere|disk swap|release/);
  }
  const [card = '', , , , , then] = shown;
  expect(card).toContain('🔒 locked in another workspace until somebody lifts it');
  expect(card).toContain('Everything with the tag `prod` is frozen in another workspace until 17:30 UTC (in 2 h)');
  expect(card).toContain('*Owner*  somebody in another workspace');
  expect(then).toContain('It makes no difference yet: Everything with the tag `prod` is frozen in another workspace');
  expect(then).not.toContain('taken again');
});

test('what an address answered is told with what it does not prove', () => {
  const iso: NamedIso = { name: 'os', url: 'https://m.example/a', sha256: 'ab', kept: null, hidden: false };
  const there = isoProbed(iso, { ok: true, bytes: 650_000_000, host: 'm.example' }).text;
  expect(there).toContain('m.example answers, and it has 650 MB');
  expect(there).toContain('shows only when a server has fetched it');
  expect(isoProbed({ ...iso, sha256: null }, { ok: true, bytes: null, host: 'm' }).text).toContain('nothing proves');
  expect(isoProbed(iso, { ok: false, why: 'm.example answered 404' }).text).toContain('was not found from here');
});

test('a device shows the hardware that the last install found, and nothing where none looked', () => {
  const device = { provider: 'lab', id: 'srv-7', name: 'web-07', tags: [] };
  const nothing = { ours: [], owner: null, freeze: null, install: null, lock: null };
  const inventory = { at: now, problems: [] };
  const shown = (profile: DeviceProfile | null) =>
    JSON.stringify(deviceCard({ device, ...nothing, inventory, now, profile }));
  const known = { seenAt: now - 3_600_000, serial: 'SECRET7', model: 'PowerEdge R640', disks: [], ladder: [] };
  const text = shown({ ...known, summary: ['UEFI Dell Inc. 2.19.1, IOMMU on', 'Port: eno1'] });
  expect(text).toMatch(
    /\*Hardware\* {2}PowerEdge R640, as seen 1 h ago.*• UEFI Dell Inc\. 2\.19\.1, IOMMU on.*• Port: eno1/,
  );
  expect(text).not.toContain('SECRET7');
  expect(shown(known)).not.toContain('Hardware');
  expect(shown(null)).not.toContain('Hardware');
});
