import type { InstallRecord } from '../../core/contracts/install.ts';
import { code, plain, quoteText } from '../text.ts';
import { approvalButtons } from './buttons.ts';
import { context, header, type Message, section } from './message.ts';
import { deviceText, isoName, isoText, who } from './names.ts';
import { eraseWarning } from './root-message.ts';
import { when } from './when.ts';

/** The card with Approve and Deny; once decided it keeps who decided, without buttons. */
export function approvalCard(record: InstallRecord): Message {
  const waits = record.phase === 'approval' && record.approval?.state === 'pending';
  return waits ? pendingCard(record) : decidedCard(record);
}

/** "approved by @bob", "denied by @bob", "expired", "withdrawn": what became of the request, ready for mrkdwn. */
export function decisionText(record: InstallRecord): string {
  const { approval } = record;
  if (approval?.state === 'approved' && approval.by) return `approved by ${who(approval.by)}`;
  if (approval?.state === 'denied' && approval.by) return `denied by ${who(approval.by)}`;
  if (approval?.state === 'expired') return 'expired: nobody decided in time';
  return record.cancel ? `withdrawn by ${who(record.cancel.by)}` : 'no longer open';
}

function pendingCard(record: InstallRecord): Message {
  const { request, approval } = record;
  const device = plain(record.device.name);
  const reason = request.reason ? [`*Why*  ${plain(request.reason, 500)}`] : [];
  const lines = [
    `*Device*  ${deviceText(record)}`,
    `*Installs*  ${isoText(request.iso)}`,
    `*From*  ${code(request.iso.url, 500)}`,
    `*Requested by*  ${who(request.requestedBy)}`,
    ...reason,
  ];
  return {
    text: `Approval needed: ${who(request.requestedBy)} wants to install ${plain(isoName(request.iso))} on ${device}; its disks may be erased.`,
    blocks: [
      header(`🟡 Approval needed: install on ${record.device.name}`),
      section(lines.join('\n')),
      section(eraseWarning(record)),
      approvalButtons(record),
      context(
        `Needed because ${quoteText(approval?.because ?? '', 200)}  ·  anybody but the requester  ·  until ${when(approval?.expiresAt ?? 0)}`,
      ),
    ],
  };
}

function decidedCard(record: InstallRecord): Message {
  const signs = { approved: '✅', denied: '🚫', expired: '⌛', withdrawn: '⚪', pending: '⚪' };
  const sign = signs[record.approval?.state ?? 'pending'];
  const what = `Install of ${plain(isoName(record.request.iso))} on ${plain(record.device.name)}`;
  const text = `${sign} ${what}: ${decisionText(record)}. Requested by ${who(record.request.requestedBy)}.`;
  return { text, blocks: [section(text)] };
}
