import type { OtherDiscFacts } from '../../core/contracts/facts.ts';
import type { DiscWish, InstallRecord, IsoRequest } from '../../core/contracts/install.ts';
import { XepaError } from '../../core/errors.ts';
import { otherDiscPath } from '../../core/media-paths.ts';
import type { HostShell } from '../../core/ssh/host-shell.ts';
import { type Download, downloadState, inspectMedia, removeFile, startDownload } from '../host/media.ts';
import type { StepContext } from '../saga/step.ts';
import type { StepDeps } from './deps.ts';
import { downloadFailed, findSource, memoryForIso, mustFit, mustHaveDigest, urlsOf } from './iso-fetch.ts';
import { windowBytes } from './iso-window.ts';

/** Without progress: then the person at the console is told, and may ask again. */
const PATIENCE_SECONDS = 60;

type Wanted = DiscWish & { iso: IsoRequest };

/**
 * Fetches the other ISO that somebody at the console asked for, while the installer runs. What is wrong with it is told
 * to them and fails no step.
 * @returns true while it is being downloaded: worth looking again soon
 */
export async function fetchOtherDisc(
  deps: Pick<StepDeps, 'discProgress'>,
  context: StepContext,
  shell: HostShell,
): Promise<boolean> {
  const wish = wanted(context.record);
  if (!wish) return false;
  try {
    const known = context.record.facts.otherDisc;
    const fact = known?.n === wish.n ? known : await begin(context, shell, wish);
    return await goOn(deps, context, shell, { wish, fact });
  } catch (error) {
    if (!(error instanceof XepaError) || error.code !== 'iso-unusable') throw error;
    await shell.exec(removeFile(otherDiscPath(context.record)), context.signal);
    await save(context, wish, { state: 'failed', why: error.userMessage });
    return false;
  }
}

/** What the bot has agreed to, and that is not settled yet. */
function wanted({ discWish, facts }: InstallRecord): Wanted | null {
  if (discWish?.verdict !== 'accepted' || !discWish.iso) return null;
  const settled = facts.otherDisc?.n === discWish.n && facts.otherDisc.state !== 'fetching';
  return settled ? null : { ...discWish, iso: discWish.iso };
}

/** One at a time lies on the server: its files are in memory. Repeated after a crash, it begins once more. */
async function begin(context: StepContext, shell: HostShell, wish: Wanted): Promise<OtherDiscFacts> {
  await shell.exec(removeFile(otherDiscPath(context.record)), context.signal);
  const memoryBytes = memoryFor(context.record);
  const wanted = { iso: wish.iso, path: otherDiscPath(context.record), memoryBytes };
  const source = await findSource(shell, wanted, context.signal);
  mustFit(source);
  const { bytes } = source;
  return save(context, wish, { state: 'fetching', bytes });
}

function memoryFor(record: InstallRecord): number {
  const { bytes = 0, stream } = record.facts.media ?? {};
  return memoryForIso(record) - (stream?.kept === false ? windowBytes : bytes);
}

async function goOn(
  deps: Pick<StepDeps, 'discProgress'>,
  context: StepContext,
  shell: HostShell,
  at: { wish: Wanted; fact: OtherDiscFacts },
): Promise<boolean> {
  const { wish, fact } = at;
  const { path } = fact;
  let state = await shell.exec(downloadState(path), context.signal);
  const idle = !state.running && !state.complete;
  if (idle && state.exitCode !== null) throw downloadFailed(wish.iso, state);
  if (idle) state = await shell.exec(startDownload(downloadOf(context.record, wish, fact)), context.signal);
  await deps.discProgress.tell(context.record.id, state.bytes);
  if (!state.complete) return true;
  const { bytes, sha256 } = await shell.exec(inspectMedia(path), context.signal);
  mustHaveDigest(wish.iso, sha256);
  await save(context, wish, { state: 'ready', bytes, sha256 });
  return false;
}

function downloadOf(record: InstallRecord, { iso }: Wanted, { path, bytes }: OtherDiscFacts): Download {
  const roomBytes = Math.max(0, memoryFor(record));
  return { path, urls: urlsOf(iso), bytes, roomBytes, patienceSeconds: PATIENCE_SECONDS };
}

async function save(
  context: StepContext,
  { n, iso }: Wanted,
  change: Pick<OtherDiscFacts, 'state'> & Partial<OtherDiscFacts>,
): Promise<OtherDiscFacts> {
  const name = iso.name ?? 'another ISO';
  const fact = { n, name, path: otherDiscPath(context.record), bytes: null, sha256: '', why: '', ...change };
  await context.save({ otherDisc: fact });
  return fact;
}
