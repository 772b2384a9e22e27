import { authorise } from '../judging.ts';
import { slackActor } from '../operations.ts';
import { recordingRefusals } from '../refusals.ts';
import { isoProbed } from '../views/iso-probed.ts';
import { findIso } from './iso-look.ts';
import type { Command } from './spec.ts';

export const isoVerifyCommand: Command = {
  spec: {
    verb: 'iso verify',
    action: 'iso-verify',
    summary: 'Asks the address of an ISO whether it is there, and how large it is.',
    target: { name: 'name', required: true },
    options: {},
    examples: ['/xepa iso verify debian-13'],
  },
  run: recordingRefusals('iso-verify', async (deps, asker, { target = '' }) => {
    // It makes XEPA call an address, so looking on is not enough.
    await authorise(deps, asker, { action: 'iso-verify' });
    const iso = await findIso(deps, target);
    const probe = await deps.shelf.probe(iso.url);
    await deps.trail.note({ type: 'iso-verified', actor: slackActor(asker), detail: { name: iso.name, ...probe } });
    await asker.tell(isoProbed(iso, probe));
  }),
};
