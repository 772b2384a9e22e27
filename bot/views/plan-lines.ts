import type { InstallDraft } from '../install-request.ts';
import { code, plain } from '../text.ts';
import { disksText } from './erases.ts';
import { ladderLines, wishedRungsText } from './ladder.ts';
import { isoText, urlText } from './names.ts';
import { missingText } from './needs.ts';
import { keptFor } from './recorded.ts';
import { duration } from './units.ts';
import { when } from './when.ts';
import { fixLines } from './writes.ts';

/** What an install would do, before anything is touched: for the review, the dry run and the approval card. */
export function planLines(draft: InstallDraft): string[] {
  const { device, request, judgement } = draft;
  const start = request.startAt === undefined ? [] : [`*Begins*  ${when(request.startAt)}`];
  return [
    `*Device*  ${code(device.name, 100)}${device.tags.length > 0 ? ` (${plain(device.tags.join(', '), 200)})` : ''}`,
    `*Installs*  ${isoText(request.iso)}`,
    `*From*  ${urlText(request.iso.url, 500)}`,
    ...start,
    erasesLine(draft),
    ...rungLines(draft),
    ...fixLines(request.fix),
    judgement.kind === 'needs-approval'
      ? `*Approval*  ${missingText(judgement.terms.needs, [])}, because ${plain(judgement.terms.because, 300)}; within ${duration(judgement.terms.expiresInMs)}`
      : '*Approval*  none is needed',
    ...(judgement.recording ? [`*Console*  recorded, ${keptFor(judgement.recording)}`] : []),
  ];
}

/** What was asked for, and what the last install on this device came to. */
function rungLines({ request, profile }: InstallDraft): string[] {
  const asked = request.rungs ? [`*Asked for*  ${wishedRungsText(request.rungs)}`] : [];
  if (!profile || profile.ladder.length === 0) return asked;
  return [
    ...asked,
    `*Last time* (${when(profile.seenAt)}) these got into the virtual machine by:`,
    ...ladderLines(profile.ladder),
  ];
}

function erasesLine({ profile, request, device }: InstallDraft): string {
  if (!profile) {
    return `⚠️ No install has looked at ${plain(device.name)} yet, so its disks are not known: everything on ${request.disk ? `the controller of disk ${code(request.disk, 80)}` : 'them'} may be erased.`;
  }
  return `⚠️ *May erase*  ${disksText(profile.disks)} (as seen ${when(profile.seenAt)})`;
}
