import { notAllowed } from '../bad-input.ts';
import { acceptUrl, configuredAs, type IsoCatalogue, parseSha256 } from '../catalogue.ts';
import { addIso, retireIso } from '../iso-library.ts';
import { authorise } from '../judging.ts';
import { recordingRefusals } from '../refusals.ts';
import { code, cut } from '../text.ts';
import { sentence } from '../views/message.ts';
import { findIso } from './iso-look.ts';
import type { Command } from './spec.ts';
import { parseIsoName } from './typed.ts';

export const isoAddCommand: Command = {
  spec: {
    verb: 'iso add',
    action: 'iso-add',
    summary: 'Gives an ISO a name, for good: the name stands for this checksum and no other.',
    target: { name: 'name', required: true },
    options: {
      url: { value: 'URL', about: 'where the servers fetch it', required: true },
      sha256: { value: 'HEX', about: 'its checksum, as `sha256sum` prints it', required: true },
    },
    examples: ['/xepa iso add talos-1.9 --url https://example.com/talos.iso --sha256 9c1e…'],
  },
  run: recordingRefusals('iso-add', async (deps, asker, { target = '', options }) => {
    await authorise(deps, asker, { action: 'iso-add' });
    const name = parseIsoName(target);
    refuseConfigured(name, deps.rules.isos);
    const url = acceptUrl(options.url ?? '', deps.rules.isoAllow).href;
    const who = { team: asker.team, by: asker.user };
    const wish = { name, ...who, now: deps.clock.now(), url, sha256: parseSha256(options.sha256 ?? '') };
    const { changed } = await deps.shelf.isos.change(name, (current) => addIso(current, wish));
    const what = `${code(name)} is ${changed ? 'now' : 'already'} in the library, with sha256 ${code(cut(wish.sha256, 13))}.`;
    const hint = `\`/xepa iso verify ${name}\` asks its address whether it is there.`;
    await asker.tell(sentence(`💿 ${what} ${hint}`));
  }),
};

export const isoRetireCommand: Command = {
  spec: {
    verb: 'iso retire',
    action: 'iso-retire',
    summary: 'Takes an ISO out of use; it stays in the list, and nobody installs it any more.',
    target: { name: 'name', required: true },
    options: {},
    examples: ['/xepa iso retire talos-1.8'],
  },
  run: recordingRefusals('iso-retire', async (deps, asker, { target = '' }) => {
    await authorise(deps, asker, { action: 'iso-retire' });
    refuseConfigured(target, deps.rules.isos);
    const { name } = await findIso(deps, target);
    const wish = { name, team: asker.team, by: asker.user, now: deps.clock.now() };
    const { changed } = await deps.shelf.isos.change(name, (current) => retireIso(current, wish));
    await asker.tell(
      sentence(`⚪ ${code(name)} ${changed ? 'is retired: nobody installs it any more' : 'was retired already'}.`),
    );
  }),
};

function refuseConfigured(typed: string, catalogue: IsoCatalogue): void {
  const name = configuredAs(typed, catalogue);
  if (name === undefined) return;
  throw notAllowed(`${code(name)} comes from the settings (XEPA_ISOS) and cannot be changed here. Change it there.`);
}
