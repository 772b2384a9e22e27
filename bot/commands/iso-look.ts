import { badInput } from '../bad-input.ts';
import type { Asker, BotDeps } from '../deps.ts';
import { nearest } from '../did-you-mean.ts';
import { authorise } from '../judging.ts';
import { namedIsos } from '../named-isos.ts';
import { pageOf, parsePage } from '../page.ts';
import { code } from '../text.ts';
import { isoCard, isoList, type NamedIso } from '../views/iso-list.ts';
import type { Command } from './spec.ts';

const PAGE_SIZE = 10;

export const isoListCommand: Command = {
  spec: {
    verb: 'iso list',
    aliases: ['isos'],
    action: 'look',
    summary: 'Lists the ISOs that have a name.',
    target: null,
    options: { page: { value: 'NUMBER', about: 'which part of a long list' } },
    examples: ['/xepa iso list'],
  },
  run: async (deps, asker, { options }) => showIsos(deps, asker, parsePage(options.page)),
};

export const isoShowCommand: Command = {
  spec: {
    verb: 'iso show',
    action: 'look',
    summary: 'Shows one ISO: its address, its checksum, and who added it.',
    target: { name: 'name', required: true },
    options: {},
    examples: ['/xepa iso show debian-13'],
  },
  async run(deps, asker, { target = '' }) {
    await authorise(deps, asker, { action: 'look' });
    await asker.tell(isoCard(await findIso(deps, target)));
  },
};

/** @throws XepaError not-allowed */
export async function showIsos(deps: BotDeps, asker: Asker, page: number): Promise<void> {
  await authorise(deps, asker, { action: 'look' });
  await asker.tell(isoList(pageOf(namedIsos(deps.rules.isos, await deps.shelf.isos.all()), page, PAGE_SIZE)));
}

/** The ISO of that name, in upper or lower case; the configured one wins. @throws XepaError bad-input with the nearest name */
export async function findIso(deps: BotDeps, typed: string): Promise<NamedIso> {
  const all = namedIsos(deps.rules.isos, await deps.shelf.isos.all());
  const wanted = typed.toLowerCase();
  const found = all.find((iso) => iso.name === typed) ?? all.find((iso) => iso.name.toLowerCase() === wanted);
  if (found) return found;
  const near = nearest(
    typed,
    all.map((iso) => iso.name),
  );
  const hint = near ? ` Did you mean ${code(near)}?` : ' `/xepa iso list` shows what there is.';
  // An address may hold a password, so it is not repeated.
  throw badInput(`There is no ISO ${typed.includes('/') ? 'of that name' : code(typed, 60)}.${hint}`);
}
