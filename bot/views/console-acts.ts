import type { InstallRecord } from '../../core/contracts/install.ts';
import { code, quoteText } from '../text.ts';
import { type Message, sentence } from './message.ts';
import { who } from './names.ts';

const words: Readonly<Record<string, string>> = {
  'acpi-shutdown': 'asked the system in the VM to shut down',
  reset: 'reset the VM',
  pause: 'paused the VM',
  resume: 'let the VM run again',
  off: 'switched the VM off by force',
  on: 'switched the VM on',
  'boot-cd': 'restarted the VM from its CD',
  'boot-disk': 'restarted the VM from its disk',
  installer: 'went back to the installer: the VM starts from the CD of the install',
  eject: 'ejected the CD',
  insert: 'inserted a CD',
  serve: 'offers a disc that lies on their computer',
  'stop-serving': 'took back the disc on their computer',
  fetch: 'asked for another ISO on the server',
  upload: 'uploads another ISO from their computer',
  'stop-upload': 'stopped the upload of another ISO',
};

/** What somebody did to the VM, going on after who it was; ready for mrkdwn. @param disc the name of an ISO */
export function actWords(what: string, disc?: unknown): string {
  const said = Object.hasOwn(words, what) ? words[what] : undefined;
  const named = typeof disc === 'string' && disc !== '' ? ` ${code(disc, 120)}` : '';
  return `${said ?? `used the console: ${quoteText(what, 100)}`}${named === '' ? '' : `:${named}`}`;
}

/** Each thing that was done to power and drive is told once. */
export function actReplies(record: InstallRecord): { key: `console-act-${number}`; message: Message }[] {
  return (record.console?.acts ?? []).map(({ n, by, what, disc }) => ({
    key: `console-act-${n}`,
    message: sentence(`🎛️ ${who(by)} ${actWords(what, disc)}.`),
  }));
}
