import type { ExtrasFacts } from '../../core/contracts/facts.ts';
import type { IsoRequest } from '../../core/contracts/install.ts';
import type { HostShell } from '../../core/ssh/host-shell.ts';
import { notAnIso } from '../host/iso-head.ts';
import { downloadState, inspectMedia, startDownload } from '../host/media.ts';
import { type Outcome, type StepContext, waiting } from '../saga/step.ts';
import { alsoPath } from './deps.ts';
import { downloadFailed, findSource, memoryForIso, mustFit, mustHaveDigest, unusable } from './iso-fetch.ts';

const POLL_MS = 2_000;
/** Without progress. */
const PATIENCE_SECONDS = 60;

/**
 * The further discs, one after the other, each checked as the ISO is; they need not boot.
 * @returns what to wait for, or null when all of them are there and stand in the facts
 */
export async function fetchAlso(shell: HostShell, context: StepContext): Promise<Outcome | null> {
  for (const [index, iso] of (context.record.request.also ?? []).entries()) {
    if (extrasOf(context).also[index]) continue;
    const outcome = await fetchOne(shell, context, { index, iso });
    if (outcome) return outcome;
  }
  return null;
}

/** What of the extras is there so far. */
export function extrasOf({ record }: StepContext): ExtrasFacts {
  return record.facts.extras ?? { also: [] };
}

async function fetchOne(
  shell: HostShell,
  context: StepContext,
  { index, iso }: { index: number; iso: IsoRequest },
): Promise<Outcome | null> {
  const path = alsoPath(context.record, index);
  const name = iso.name ?? 'a further disc';
  let state = await shell.exec(downloadState(path), context.signal);
  if (!state.running && !state.complete) {
    const source = await findSource(shell, { iso, path, memoryBytes: memoryForIso(context.record) }, context.signal);
    mustFit(source);
    state = await shell.exec(startDownload({ ...source, path, patienceSeconds: PATIENCE_SECONDS }), context.signal);
  }
  if (!state.complete) {
    if (!state.running) throw downloadFailed(iso, state);
    return waiting(POLL_MS, `${name} to be downloaded`, { done: state.bytes, total: null, unit: 'bytes' });
  }
  const { bytes, sha256, head } = await shell.exec(inspectMedia(path), context.signal);
  mustHaveDigest(iso, sha256);
  if ('unusable' in head && head.unusable === notAnIso) throw unusable(`${name}: ${notAnIso}`);
  const extras = extrasOf(context);
  await context.save({ extras: { ...extras, also: [...extras.also, { path, name, bytes, sha256 }] } });
  return null;
}
