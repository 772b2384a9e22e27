import type { HandbackFacts } from '../../core/contracts/facts.ts';
import type { HostShell } from '../../core/ssh/host-shell.ts';
import { fixFiles, fixSentence } from '../host/fix-files.ts';
import type { Installed } from '../host/installed.ts';
import { type FileFix, judgeInstalled } from '../host/installed-notes.ts';
import type { StepContext } from '../saga/step.ts';
import { need } from './deps.ts';
import type { WrittenFiles } from './written-files.ts';

/**
 * Tells what of the installed system may not work on the metal, and changes what somebody asked to have changed; nothing else.
 * @returns a sentence for each
 */
export async function fixInstalled(
  context: StepContext,
  shell: HostShell,
  { found, files }: { found: Installed; files: WrittenFiles },
): Promise<HandbackFacts['notes']> {
  const { record, signal } = context;
  const survey = need(record.facts.survey, 'survey');
  const { mac } = need(record.facts.plan, 'plan').nic;
  const metal = { ports: survey.nics.map(({ name }) => name), mac, cmdline: survey.cmdline };
  const { notes, fixes } = judgeInstalled(found, metal);
  const failed: string[] = [];
  for (const group of byPartition(fixes.filter(({ kind }) => record.request.fix?.includes(kind)))) {
    await files.intend(group.map(fixSentence));
    const done = await shell.exec(fixFiles(group), signal);
    const undone = done.filter(({ state }) => state === 'failed').map(({ fix }) => fixSentence(fix));
    files.drop(undone);
    failed.push(...undone.map((sentence) => `could not be written: ${sentence}`));
  }
  return [...notes, ...failed];
}

function byPartition(fixes: readonly FileFix[]): [FileFix, ...FileFix[]][] {
  const groups: [FileFix, ...FileFix[]][] = [];
  for (const fix of fixes) {
    const group = groups.find(([first]) => first.partition === fix.partition);
    if (group) group.push(fix);
    else groups.push([fix]);
  }
  return groups;
}
