import type { types } from '@slack/bolt';
import type { Approval } from '../../core/contracts/approval.ts';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { code, plain, quoteText } from '../text.ts';
import { approvalButtons } from './buttons.ts';
import { decisionText } from './decision.ts';
import { downTimeText } from './down-time.ts';
import { eraseWarning } from './erases.ts';
import { ladderLines, lifelineLine, wishedRungsText } from './ladder.ts';
import { context, header, type Message, section, sections } from './message.ts';
import { deviceText, urlText, who } from './names.ts';
import { needsLine } from './needs.ts';
import { reasonsText } from './reasons.ts';
import { seenFor } from './seen-hardware.ts';
import { mediumText, subjectText } from './subject.ts';
import { answerPreview, unattendedLines } from './unattended.ts';
import { wishedVmText } from './vm-lines.ts';
import { when } from './when.ts';
import { fixLines } from './writes.ts';

/** The card with Approve and Deny; once decided it keeps who decided, without buttons. */
export function approvalCard(record: InstallRecord): Message {
  const { approval } = record;
  const waits = record.phase === 'approval' && approval?.state === 'pending';
  return waits ? pendingCard(record, approval) : decidedCard(record);
}

function pendingCard(record: InstallRecord, approval: Approval): Message {
  const { request } = record;
  const { iso } = request;
  const lines = [
    `*Device*  ${deviceText(record)}`,
    `*${iso ? 'Installs' : 'Starts'}*  ${mediumText(request)}`,
    ...(iso ? [`*From*  ${urlText(iso.url, 400)}`] : []),
    ...unattendedLines(request),
    `*Requested by*  ${who(request.requestedBy)}`,
    ...(request.startAt === undefined ? [] : [`*Begins*  ${when(request.startAt)}`]),
    ...fixLines(request.fix),
    ...(request.reason ? [`*Why*  ${plain(request.reason, 400)}`] : []),
  ];
  return {
    text: `Approval needed: ${wantsText(record)}`,
    blocks: [
      header(`🟡 Approval needed: ${iso ? 'install' : 'console'} on ${record.device.name}`),
      ...againBlocks(approval),
      ...sections(lines),
      ...sections(answerPreview(request)),
      ...(iso ? [] : [section(downTimeText(record.device))]),
      section(eraseWarning(record)),
      ...ladderBlocks(record),
      section(`*Needs*  ${needsLine(approval, request.requestedBy.id)}`),
      ...turnedAwayBlocks(approval),
      ...(approval.breakGlass ? [section(emergencyText(approval.breakGlass))] : []),
      approvalButtons(record),
      context(footerText(approval)),
    ],
  };
}

function wantsText(record: InstallRecord): string {
  const { requestedBy, iso } = record.request;
  if (iso) return `${who(requestedBy)} wants to install ${subjectText(record)}; its disks may be erased.`;
  return `${who(requestedBy)} wants a ${subjectText(record)}; the server is restarted for it.`;
}

/** How disk and port get into the virtual machine, as it was found; before that, as it was asked for. */
function ladderBlocks({ approval, request }: InstallRecord): types.SectionBlock[] {
  const asked = [
    ...(request.rungs ? [`*Asked for*  ${wishedRungsText(request.rungs)}`] : []),
    ...(request.lifeline ? [lifelineLine] : []),
    ...(request.vm ? [`*Asked for*  ${wishedVmText(request.vm)}`] : []),
  ];
  const hardware = approval?.hardware ? seenFor(request, approval.hardware) : null;
  if (!hardware || hardware.ladder.length === 0) return sections(asked);
  return sections([
    ...asked,
    `*Into the virtual machine*  (as seen ${when(hardware.seenAt)})`,
    ...ladderLines(hardware.ladder),
  ]);
}

/** Why people are asked a second time. */
function againBlocks({ voided, round }: Approval): types.SectionBlock[] {
  if (!voided) return [];
  const why = voided.why.slice(0, 6).map((reason) => `• ${plain(reason, 200)}`);
  return [section([`🔄 *Asked again (round ${round}): the votes before are void.*`, ...why].join('\n'))];
}

/** A vote that was proven and did not count: else nobody would know why it is missing. */
function turnedAwayBlocks({ turnedAway }: Approval): types.SectionBlock[] {
  if (!turnedAway) return [];
  const why = reasonsText(turnedAway.why.slice(0, 4), turnedAway.named);
  return [section(`⚠️ *The vote of ${who(turnedAway.by)} did not count.* ${why}`)];
}

function emergencyText({ by, reason, effectiveAt }: NonNullable<Approval['breakGlass']>): string {
  return `🚨 *${who(by)} goes ahead without votes* ${when(effectiveAt, 'time')}: ${plain(reason, 500)}\nDeny or cancel before that to stop it.`;
}

function footerText(approval: Approval): string {
  const parts = [
    `Needed because ${quoteText(approval.because, 200)}`,
    'never by the requester',
    ...(approval.stepUp ? ['each vote is confirmed with a passkey'] : []),
    `until ${when(approval.expiresAt)}`,
    `bound to ${code(approval.digest.slice(0, 12))}`,
  ];
  return parts.join('  ·  ');
}

function decidedCard(record: InstallRecord): Message {
  const signs = { approved: '✅', denied: '🚫', expired: '⌛', withdrawn: '⚪', pending: '⚪' };
  const sign = record.approval?.breakGlass ? '🚨' : signs[record.approval?.state ?? 'pending'];
  const what = record.request.iso ? `Install of ${subjectText(record)}` : `Console on ${plain(record.device.name)}`;
  const text = `${sign} ${what}: ${decisionText(record)}. Requested by ${who(record.request.requestedBy)}.`;
  return { text, blocks: [section(text)] };
}
