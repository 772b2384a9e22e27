import { finishesOnReboot } from '../../core/answers/finishes-on-reboot.ts';
import type { AnswerRequest } from '../../core/contracts/answer.ts';
import type { InstallRequest } from '../../core/contracts/install.ts';
import { code, cut, quoteText } from '../text.ts';
import { isoText, urlText } from './names.ts';

const kindNames: Readonly<Record<AnswerRequest['kind'], string>> = {
  'cloud-init': 'cloud-init',
  autoinstall: "Ubuntu's autoinstall",
  kickstart: 'kickstart',
  preseed: "Debian's preseed",
  windows: 'autounattend.xml',
};

/** What the installer gets beside its ISO, a line each; none where it gets nothing. */
export function unattendedLines(request: InstallRequest): string[] {
  const { answer, also = [], kernelArgs } = request;
  return [
    ...(answer ? [answerText(answer)] : []),
    ...also.map((disc) => `*Also*  ${isoText(disc)} from ${urlText(disc.url, 300)}`),
    ...(kernelArgs === undefined ? [] : [`*Kernel arguments*  ${code(kernelArgs, 500)}`]),
    ...(finishesOnReboot(request) ? [finishText] : []),
  ];
}

/** Slack takes 3000 characters in a section. */
const PREVIEW_MAX = 2_400;
const finishText =
  '*At its first reboot*  the virtual machine has done its work: XEPA goes on by itself, and the server boots what was installed.';

/** The file with its secrets masked, in a block of its own; a backtick inside would end that. */
export function answerPreview({ answer }: InstallRequest): string[] {
  if (!answer) return [];
  const lines = answer.preview.split('\n').map((line) => quoteText(line.replaceAll('`', "'"), 300));
  let shown = '';
  for (const line of lines) if (shown.length + line.length < PREVIEW_MAX) shown += `${line}\n`;
  return [`*Answer file* (secrets masked)\n\`\`\`${shown.trimEnd()}\`\`\``];
}

function answerText({ name, kind, sha256, bytes }: AnswerRequest): string {
  const which = name === 'typed' ? 'typed in' : code(name, 80);
  return `*Answer file*  ${which} · ${kindNames[kind]} · ${bytes} bytes · sha256 ${code(cut(sha256, 13))}`;
}
