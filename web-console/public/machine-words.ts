import { bytes } from '../../core/bytes.ts';
import type { Purpose } from '../../core/contracts/install.ts';
import type { DiscFetch, MachineView, PowerAction } from '../machine-contract.ts';
import type { Question } from './question.ts';

/** What is asked before the VM's power is touched; null where nothing can be lost. */
export function questionBefore(action: PowerAction, device: string): Question | null {
  const ask = questions[action];
  return ask ? ask(device) : null;
}

const lost = 'It restarts at once. What the system in it has not written to disk yet is lost.';

const questions: Partial<Record<PowerAction, (device: string) => Question>> = {
  'acpi-shutdown': (device) => ({
    title: 'Ask the system to shut down?',
    text: `When it has shut down, XEPA gives the hardware back and boots ${device} from its own disk.`,
    yes: 'Shut down',
    no: 'Keep it running',
  }),
  reset: () => ({
    title: 'Reset the virtual machine?',
    text: lost,
    yes: 'Reset',
    no: 'Keep it running',
    danger: true,
  }),
  'boot-disk': () => ({
    title: 'Restart from the disk?',
    text: `${lost} The virtual machine then tries what is installed on the disk.`,
    yes: 'Restart',
    no: 'Keep it running',
    danger: true,
  }),
  'boot-cd': () => ({
    title: 'Restart from the CD?',
    text: `${lost} This once it starts from what is in the drive.`,
    yes: 'Restart',
    no: 'Keep it running',
    danger: true,
  }),
  installer: () => ({
    title: 'Go back to the installer?',
    text: 'What is on the disk stays there.',
    points: [
      'The CD of the install goes into the drive.',
      'The virtual machine is reset, and starts from the CD this once.',
    ],
    yes: 'Back to the installer',
    no: 'Stay here',
    danger: true,
  }),
  off: (device) => ({
    title: 'Force the virtual machine off?',
    text: `What the system in it has not written to disk yet is lost. XEPA waits until somebody switches it on again, or boots the metal.`,
    yes: 'Force off',
    no: 'Keep it running',
    danger: true,
    typed: device,
  }),
};

/** What is said when it was done. @param view how things stand now */
export function doneWords(action: PowerAction | 'eject' | 'insert', view: MachineView): string {
  if (action === 'eject') return 'The disc is out of the drive.';
  if (action === 'insert')
    return `${view.drive?.disc ?? 'The disc'} is in the drive. The system sees it as one put in by hand.`;
  return done[action];
}

const done: Record<PowerAction, string> = {
  'acpi-shutdown': 'The power button was pressed. Waiting for the system…',
  reset: 'The virtual machine was reset.',
  pause: 'The virtual machine is paused.',
  resume: 'The virtual machine runs again.',
  off: 'The virtual machine is off.',
  on: 'The virtual machine starts.',
  'boot-cd': 'The virtual machine starts from the CD.',
  'boot-disk': 'The virtual machine starts from the disk.',
  installer: 'The virtual machine starts from the installer’s CD.',
};

/** What is said before the metal is booted. */
export function bootWords(purpose: Purpose): string {
  return purpose === 'console'
    ? 'Do this when you are done. What the system has not written to its disk by then is lost.'
    : 'Do this when the installer has finished. An installation that is stopped half-way will not boot.';
}

/** How the guest answered to the power button. */
export const acpiWords = {
  off: 'The system has shut down.',
  deaf: 'The system has not shut down within 30 seconds. It may ask something on its screen, or not know the button.',
};

/** One line about the drive. */
export function driveWords(drive: MachineView['drive']): string {
  if (!drive) return 'The drive cannot be seen right now.';
  if (drive.disc === null) return drive.trayOpen ? 'The drive is open and empty.' : 'The drive is empty.';
  if (drive.trayOpen) return `The drive is open, with ${drive.disc} in it.`;
  return `${drive.disc} is in the drive${drive.held ? ', held by the system' : ''}.`;
}

/** What is asked where the guest holds its disc. @param message the server's words */
export function forceQuestion(message: string): Question {
  return {
    title: 'The system holds the disc',
    text: `${message} By force it goes all the same, like with a paper clip: whatever reads from it fails.`,
    yes: 'Take it by force',
    no: 'Leave it in',
    danger: true,
  };
}

/** How the download of another ISO goes; null once there is nothing to wait for. */
export function fetchWords({ name, state, done, total, upload }: DiscFetch): string | null {
  if (state === 'asked') return `${name}: asking whether it may be ${upload ? 'uploaded' : 'fetched'}…`;
  if (state === 'waiting') return `${name}: waiting for the server to begin…`;
  if (state === 'checking') return `${name}: the server checks what arrived…`;
  if (state === 'uploading') return uploadingWords({ name, done, total, upload });
  if (state !== 'fetching') return null;
  if (done === null) return `${name}: fetching…`;
  return total === null ? `${name}: ${size(done)}` : `${name}: ${size(done)} of ${size(total)}`;
}

/** Somebody else's; whose it is sees more of it. */
function uploadingWords({ name, done, total, upload }: Pick<DiscFetch, 'name' | 'done' | 'total' | 'upload'>): string {
  const who = upload?.by ?? 'Somebody';
  if (done === null || !total) return `${who} uploads ${name}; nothing comes at the moment.`;
  return `${who} uploads ${name}: ${Math.floor((100 * done) / total)} % of ${bytes(total)}`;
}

/** Said once, when there is nothing more to wait for. */
export function fetchedWords({ name, state, why, upload }: DiscFetch): { kind: 'notice' | 'warning'; text: string } {
  if (state === 'ready')
    return { kind: 'notice', text: `${name} is on the server. The CD menu puts it into the drive.` };
  return { kind: 'warning', text: `${name} was not ${upload ? 'uploaded' : 'fetched'}. ${why ?? ''}`.trim() };
}

function size(count: number): string {
  const megabytes = count / (1024 * 1024);
  return megabytes < 1000 ? `${Math.round(megabytes)} MB` : `${(megabytes / 1024).toFixed(1)} GB`;
}
