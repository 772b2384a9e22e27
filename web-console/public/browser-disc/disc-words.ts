import { bytes } from '../../../core/bytes.ts';
import type { BrowserDiscView } from '../../browser-disc/disc-contract.ts';
import type { CloseReason } from '../../close-codes.ts';
import type { Question } from '../question.ts';

/** How the line to the server is. `over`: it does not come back by itself. */
export type LineState = 'connecting' | 'open' | 'lost' | 'over';

/** What is asked before a file is served. */
export function serveQuestion(file: { name: string; size: number }, device: string): Question {
  return {
    title: `Serve ${file.name} from this computer?`,
    text: `It goes into the CD drive of ${device}, and what is in it now comes out. Of its ${bytes(file.size)} only what the system reads travels.`,
    points: [
      'Keep this tab open for as long as the system needs the disc.',
      'Without this page a read waits for 20 seconds. After that it fails, and most installers give up then.',
      'The file is only read. Everybody at this console sees its name.',
    ],
    yes: 'Serve it',
    no: 'Cancel',
  };
}

/** Whether a file of so many bytes can be served: it needs no room on the server. */
export function serveVerdict(size: number): { may: boolean; text: string } {
  if (size === 0) return { may: false, text: 'The file is empty.' };
  return { may: true, text: `It has ${bytes(size)}, and takes no room on the server.` };
}

/** What is asked before a disc is taken back that is in the drive. */
export function stopQuestion(name: string): Question {
  return {
    title: `Take ${name} back?`,
    text: 'It comes out of the drive by force. Whatever reads from it then fails.',
    yes: 'Take it back',
    no: 'Leave it in',
    danger: true,
  };
}

/** How it stands with the file of this page, in a sentence. */
export function standingWords(stands: {
  line: LineState | 'asking' | 'none';
  changed: boolean;
  inDrive: boolean;
  why: string;
}): string {
  const { line, changed, inDrive, why } = stands;
  if (line === 'asking') return 'Asking whether it may be served…';
  if (line === 'none') {
    return 'This page does not have the file any more. Choose the same one again, and it goes on; a read waits for 20 seconds, then it fails.';
  }
  if (changed) {
    return 'It has changed on this computer since it was chosen, so the system gets read errors. Choose it again.';
  }
  if (line === 'connecting') return 'Connecting…';
  if (why !== '') return `It is not served. ${why} This page tries again by itself.`;
  if (line === 'lost') return 'Connection lost. The system waits for 20 seconds, then its reads fail. Reconnecting…';
  return inDrive ? 'In the drive, read from this computer. Keep this tab open.' : 'Ready, but not in the drive.';
}

/** How much was read, and how fast. @param perSecond bytes; null where it is not known yet */
export function readWords(read: number | null, total: number, perSecond: number | null): string {
  if (read === null) return '';
  const rate = perSecond === null || perSecond < 1 ? '' : ` · ${bytes(perSecond)}/s`;
  return `${bytes(read)} of ${bytes(total)} read${rate}`;
}

/** Why this page does not serve any longer; null where that needs no word. */
export function overWords(name: string, reason: CloseReason | null): string | null {
  if (reason === 'discTaken') return `Another tab of yours serves ${name} now.`;
  if (reason === 'protocol')
    return `${name} is not served any more: this page may be older than the server. Reload it.`;
  return null;
}

/** The disc of somebody else, in their menu. */
export function fromWords({ by, mine, live, read, bytes: total }: BrowserDiscView): string {
  const whose = mine ? 'your computer' : `the computer of ${by}`;
  if (!live) return `on ${whose}, which is away`;
  return `on ${whose}${read === null ? '' : `, ${readWords(read, total, null)}`}`;
}

/** What changed for who looks on; null where nothing did. */
export function newsWords(
  before: BrowserDiscView | null,
  now: BrowserDiscView | null,
): { kind: 'notice' | 'warning'; text: string } | null {
  if (!now || now.mine || now.verdict !== 'accepted') return null;
  const known = before?.n === now.n ? before : null;
  if (known ? known.live === now.live : !now.live) return null;
  const whose = `The computer of ${now.by}`;
  if (now.live) return { kind: 'notice', text: `${whose} serves ${now.name}.` };
  const after = 'What the system reads from it fails after 20 seconds, until its page is back.';
  return { kind: 'warning', text: `${whose} serves ${now.name} no longer. ${after}` };
}
