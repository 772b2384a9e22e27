import type { InstallDraft } from '../install-request.ts';
import { code, plain } from '../text.ts';
import { downTimeText } from './down-time.ts';
import { consoleWarning, disksText } from './erases.ts';
import { ladderLines, lifelineLine, wishedRungsText } from './ladder.ts';
import { urlText } from './names.ts';
import { missingText } from './needs.ts';
import { keptFor } from './recorded.ts';
import { seenFor } from './seen-hardware.ts';
import { mediumText } from './subject.ts';
import { answerPreview, unattendedLines } from './unattended.ts';
import { duration } from './units.ts';
import { wishedVmText } from './vm-lines.ts';
import { when } from './when.ts';
import { fixLines } from './writes.ts';

/** What an install would do, before anything is touched: for the review, the dry run and the approval card. */
export function planLines(draft: InstallDraft): string[] {
  const { device, request, judgement } = draft;
  const start = request.startAt === undefined ? [] : [`*Begins*  ${when(request.startAt)}`];
  return [
    `*Device*  ${code(device.name, 100)}${device.tags.length > 0 ? ` (${plain(device.tags.join(', '), 200)})` : ''}`,
    ...mediumLines(draft),
    ...unattendedLines(request),
    ...start,
    erasesLine(draft),
    ...rungLines(draft),
    ...(request.media === 'stream' ? [streamedLine(request.iso?.sha256 !== undefined)] : []),
    ...fixLines(request.fix),
    judgement.kind === 'needs-approval'
      ? `*Approval*  ${missingText(judgement.terms.needs, [])}, because ${plain(judgement.terms.because, 300)}; within ${duration(judgement.terms.expiresInMs)}`
      : '*Approval*  none is needed',
    ...answerPreview(request),
    ...(judgement.recording ? [`*Console*  recorded, ${keptFor(judgement.recording)}`] : []),
  ];
}

function mediumLines({ request, device }: InstallDraft): string[] {
  const { iso } = request;
  if (!iso) return [`*Starts*  ${mediumText(request)}`, downTimeText(device)];
  return [`*Installs*  ${mediumText(request)}`, `*From*  ${urlText(iso.url, 500)}`];
}

/** What was asked for, and what the last install on this device came to. */
function rungLines({ request, profile: last }: InstallDraft): string[] {
  const profile = last && seenFor(request, last);
  const asked = [
    ...(request.rungs ? [`*Asked for*  ${wishedRungsText(request.rungs)}`] : []),
    ...(request.lifeline ? [lifelineLine] : []),
    ...(request.vm ? [`*Asked for*  ${wishedVmText(request.vm)}`] : []),
  ];
  if (!profile || profile.ladder.length === 0) return asked;
  return [
    ...asked,
    `*Last time* (${when(profile.seenAt)}) these got into the virtual machine by:`,
    ...ladderLines(profile.ladder),
  ];
}

function streamedLine(hasDigest: boolean): string {
  const after = hasDigest ? 'its checksum is compared when all of it has come' : 'it has no checksum to compare';
  return `*Streamed*  the installer starts while the ISO is still arriving; ${after}`;
}

function erasesLine({ profile, request, device }: InstallDraft): string {
  if (!request.iso) return consoleWarning(request, request.disk === undefined && profile ? profile.disks : null);
  if (!profile) {
    return `⚠️ No install has looked at ${plain(device.name)} yet, so its disks are not known: everything on ${request.disk ? `the controller of disk ${code(request.disk, 80)}` : 'them'} may be erased.`;
  }
  const { disks, seenAt } = seenFor(request, profile);
  if (request.disk !== undefined && disks.length === 0) {
    return `⚠️ *May erase*  the disk with serial ${code(request.disk, 80)}, which the last install on ${plain(device.name)} did not get.`;
  }
  return `⚠️ *May erase*  ${disksText(disks)} (as seen ${when(seenAt)})`;
}
