import { exportFormats, exportTrail } from '../../core/audit-export.ts';
import { eventsSince, idsMeant, installsMeant, proveAll } from '../audit-trail.ts';
import { badInput } from '../bad-input.ts';
import type { Asker, BotDeps } from '../deps.ts';
import { authorise } from '../judging.ts';
import { parseSince } from '../since.ts';
import { code } from '../text.ts';
import { auditList, auditProof } from '../views/audit.ts';
import { sentence } from '../views/message.ts';
import type { Command, ParsedCommand } from './spec.ts';

/** Without an install or device, and without `--since`. */
const USUAL_SINCE = '7d';

export const auditCommand: Command = {
  spec: {
    verb: 'audit',
    action: 'audit',
    summary: 'Tells who did what and when; proves that nothing was changed; exports it.',
    target: { name: 'install|device', required: false },
    options: {
      since: { value: '7d', about: 'only what is newer: a number with m, h, d or w' },
      verify: { value: null, about: 'proves the trails whole, or names the first thing that was changed' },
      export: { value: exportFormats.join('|'), about: 'sends you all of it as a file' },
    },
    examples: ['/xepa audit xe-7f3kq2', '/xepa audit --since 24h', '/xepa audit web-07 --verify'],
  },
  async run(deps, asker, parsed) {
    await authorise(deps, asker, { action: 'audit' });
    const wish = wishOf(parsed);
    // Asked about no install, what concerns none is a part of the answer.
    const general = parsed.target === undefined ? deps.readableTrail : null;
    if (wish.verify) {
      const ids = await idsMeant(deps, parsed.target);
      return asker.tell(auditProof(await proveAll(deps.store, ids, general), nameOf(parsed, ids, general !== null)));
    }
    const installs = await installsMeant(deps, parsed.target);
    const since = wish.sinceMs === null ? 0 : deps.clock.now() - wish.sinceMs;
    const ids = installs.map((install) => install.id);
    const of =
      nameOf(parsed, ids, general !== null) + (wish.since === null ? '' : `, the last ${code(wish.since, 10)}`);
    const found = await eventsSince({ store: deps.store, general }, installs, since);
    if (wish.format !== null) return sendFile(deps, asker, { ...found, of, format: wish.format });
    await asker.tell(auditList({ ...found, of }));
  },
};

function wishOf({ options, flags, target }: ParsedCommand) {
  const format = exportFormats.find((known) => known === options.export?.toLowerCase()) ?? null;
  if (options.export !== undefined && format === null) {
    throw badInput(`${code('--export')} is ${exportFormats.map((known) => code(known)).join(' or ')}.`);
  }
  const verify = flags.has('verify');
  if (verify && (format !== null || options.since !== undefined)) {
    throw badInput('A chain is proven from its beginning: type `--verify` without `--since` and `--export`.');
  }
  const since = options.since ?? (target === undefined ? USUAL_SINCE : null);
  return { format, verify, since, sinceMs: since === null ? null : parseSince(since) };
}

/** What was asked about, ready for mrkdwn. */
function nameOf({ target }: ParsedCommand, ids: readonly string[], general: boolean): string {
  if (target === undefined) return `the newest installs${general ? ' and of what concerns none' : ''}`;
  const id = target.toLowerCase();
  return ids.includes(id) ? `install ${code(id)}` : `device ${code(target)}`;
}

async function sendFile(
  deps: BotDeps,
  asker: Asker,
  wish: Awaited<ReturnType<typeof eventsSince>> & { of: string; format: (typeof exportFormats)[number] },
): Promise<void> {
  const { events, format, of, unreadable } = wish;
  const day = new Date(deps.clock.now()).toISOString().slice(0, 10);
  const content = exportTrail(events, format);
  await deps.files.toPerson(asker.user, {
    name: `xepa-audit-${day}.${format}`,
    title: 'XEPA audit trail',
    content,
    comment: `The audit trail of ${of}.`,
  });
  const gaps = unreadable === 0 ? '' : ` ❌ ${unreadable} entries are not as they were written and are not in it.`;
  await asker.tell(sentence(`${events.length} events of ${of} are in a file in your messages with XEPA.${gaps}`));
}
