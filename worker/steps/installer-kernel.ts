import { bootsKernel } from '../../core/answers/finishes-on-reboot.ts';
import type { AnswerFile } from '../../core/contracts/answer.ts';
import type { ExtrasFacts, MediaFacts } from '../../core/contracts/facts.ts';
import type { HostShell } from '../../core/ssh/host-shell.ts';
import { cpioArchive } from '../host/cpio.ts';
import { type KernelPlace, kernelCommandLine, kernelPlaces } from '../host/installer-kernel.ts';
import { entryNamed, type IsoEntry, isoEntries, isoRoot } from '../host/iso-directory.ts';
import { extractFile, readDirectory, readSectors } from '../host/iso-files.ts';
import { removeFile } from '../host/media.ts';
import type { StepContext } from '../saga/step.ts';
import { answerPaths } from './deps.ts';
import { unusable } from './iso-fetch.ts';

type Kernel = NonNullable<ExtrasFacts['kernel']>;

/** A folder larger than this is no installer's: 1,024 sectors of 2,048 bytes. */
const FOLDER_BYTES_MAX = 2 * 1024 * 1024;

/**
 * Takes kernel and initrd out of the ISO where the installer's command line has to be ours. Debian's finds its answers in
 * the root of its initrd, where nobody has to tell it of them.
 * @throws XepaError iso-unusable when the ISO has them in no place that is known
 */
export async function takeKernel(
  shell: HostShell,
  context: StepContext,
  { media, answer }: { media: Pick<MediaFacts, 'path' | 'label'>; answer: readonly AnswerFile[] | null },
): Promise<Kernel | undefined> {
  const { request } = context.record;
  if (!bootsKernel(request)) return undefined;
  const found = await findKernel(shell, media.path, context.signal);
  if (!found) throw unusable(notFound());
  const { place } = found;
  const paths = answerPaths(context.record);
  const preseed = request.answer?.kind === 'preseed' ? (answer ?? []) : [];
  if (preseed.length > 0) {
    const archive = cpioArchive(preseed.map(({ name, text }) => ({ name, content: Buffer.from(text) })));
    await shell.upload(archive, { path: paths.cpio, mode: '0600' }, context.signal);
  }
  const behind = preseed.length > 0 ? paths.cpio : undefined;
  await shell.exec(extractFile({ image: media.path, target: paths.kernel, file: found.kernel }), context.signal);
  await shell.exec(
    extractFile({ image: media.path, target: paths.initrd, file: found.initrd, behind }),
    context.signal,
  );
  if (behind !== undefined) await shell.exec(removeFile(behind), context.signal);
  const append = kernelCommandLine({
    place,
    label: media.label,
    answer: request.answer?.kind,
    typed: request.kernelArgs,
  });
  return { of: place.of, kernel: paths.kernel, initrd: paths.initrd, append };
}

interface Found {
  place: KernelPlace;
  kernel: IsoEntry;
  initrd: IsoEntry;
}

async function findKernel(shell: HostShell, image: string, signal: AbortSignal): Promise<Found | null> {
  const root = isoRoot(await shell.exec(readSectors(image, 16, 1), signal));
  const folders = new Map<number, IsoEntry[]>();
  const list = async (folder: IsoEntry) => {
    const known = folders.get(folder.at);
    if (known || folder.size > FOLDER_BYTES_MAX) return known ?? [];
    const entries = isoEntries(await shell.exec(readDirectory(image, folder), signal));
    folders.set(folder.at, entries);
    return entries;
  };
  const find = async (path: string): Promise<IsoEntry | null> => {
    let at: IsoEntry = root;
    for (const name of path.split('/')) {
      const next = entryNamed(await list(at), name);
      if (!next) return null;
      at = next;
    }
    return at.folder ? null : at;
  };
  for (const place of kernelPlaces) {
    const kernel = await find(place.kernel);
    const initrd = kernel && (await find(place.initrd));
    if (kernel && initrd) return { place, kernel, initrd };
  }
  return null;
}

function notFound(): string {
  const known = kernelPlaces.map(({ of, kernel }) => `${of} (${kernel})`).join(', ');
  return `The installer's kernel was not found on the ISO, so its command line cannot be set. Known are ${known}. Install without --kernel-args and without an answer file that needs them, and answer at the console.`;
}
