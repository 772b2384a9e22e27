import type { KexecFacts } from '../../core/contracts/kexec.ts';
import type { Survey } from '../../core/contracts/survey.ts';
import { XepaError } from '../../core/errors.ts';
import type { HostShell } from '../../core/ssh/host-shell.ts';
import { forgetKernel, kexecDir, loadKernel, startKernel } from '../host/kexec.ts';
import { kexecCase } from '../host/kexec-case.ts';
import { kexecCmdline } from '../host/kexec-cmdline.ts';
import { removeFile } from '../host/media.ts';
import { hasPackageManager, lookForPackages, removePackages } from '../host/packages.ts';
import { type Outcome, type StepContext, waiting } from '../saga/step.ts';
import { bring } from './add-packages.ts';
import { need, providerOf, type StepDeps } from './deps.ts';
import { chooseFiles, download, downloadPaths } from './kexec-files.ts';
import { kexecMark } from './kexec-return.ts';

/** For its files and its tool. Milliseconds. */
export const longestPreparationMs = 10 * 60_000;
const POLL_MS = 1_000;

interface On {
  shell: HostShell;
  survey: Survey;
}

/**
 * Starts the rescue kernel anew with the IOMMU on, where that gains something and can be taken back; once in an install. Whatever
 * speaks against it is written down for the plan, and the install goes on without it.
 * @returns what is waited for; null where the survey stands
 */
export async function tryKexec(deps: StepDeps, context: StepContext, on: On): Promise<Outcome | null> {
  const { kexec } = context.record.facts;
  if (kexec?.state === 'up' && !on.survey.iommu) {
    const why = 'It was started anew with the IOMMU on, but finds none all the same.';
    await context.save({ kexec: { ...kexec, state: 'failed', why } });
  }
  if (on.survey.iommu || (kexec && kexec.state !== 'preparing')) return null;
  if (!kexec) {
    const verdict = judge(deps, context, on.survey);
    if ('why' in verdict) return refuse(context, { ...on, why: verdict.why });
    const { bootId } = need(context.record.facts.reach, 'reach');
    await context.save({ survey: on.survey, kexec: fresh('preparing', context.now(), { bootId, ...verdict }) });
  }
  try {
    return await prepare(deps, context, on);
  } catch (error) {
    if (context.signal.aborted || !(error instanceof XepaError) || away.has(error.code)) throw error;
    return refuse(context, { ...on, why: error.userMessage });
  }
}

/** Then it is the server that is not there, and not its kernel. */
const away: ReadonlySet<string> = new Set(['unreachable', 'host-command-timeout', 'host-key-changed']);

function judge(deps: StepDeps, { record }: StepContext, survey: Survey) {
  const { rescueEntry, keyDelivery } = providerOf(deps, record).capabilities;
  const { limits, kexec } = deps.settings;
  return kexecCase({
    ...{ survey, request: record.request, limits, allowed: kexec.allowed },
    wayBack: rescueEntry !== 'external',
    keyReturns: keyDelivery === 'registered-key' || keyDelivery === 'with-entry',
  });
}

function fresh(state: KexecFacts['state'], since: number, rest: Partial<KexecFacts>): KexecFacts {
  return { state, since, bootId: '', options: '', added: [], strangers: [], why: '', ...rest };
}

async function prepare(deps: StepDeps, context: StepContext, { shell, survey }: On): Promise<Outcome | null> {
  const { record, signal } = context;
  const kexec = need(record.facts.kexec, 'survey');
  if (context.now() - kexec.since > longestPreparationMs) {
    return refuse(context, { shell, survey, why: 'To get its files and the tool for it took too long.' });
  }
  const choice = await chooseFiles(deps, context, shell);
  if ('why' in choice) return refuse(context, { shell, survey, why: choice.why });
  const tools = await bringTools(deps, context, { shell, survey, curl: 'named' in choice });
  if (tools) return tools;
  const files = 'own' in choice ? choice.own : await download(context, shell, choice.named);
  if ('kind' in files) return files;
  if ('why' in files) return refuse(context, { shell, survey, why: files.why });
  const cmdline = kexecCmdline(survey.cmdline, { options: kexec.options, mark: kexecMark(deps, context) });
  if (cmdline === null) return refuse(context, { shell, survey, why: 'Its command line would get too long.' });
  const dir = kexecDir(record.id);
  const { loaded, said } = await shell.exec(loadKernel({ ...files, cmdline }, dir), signal);
  if (!loaded) return refuse(context, { shell, survey, why: `It could not be loaded: ${said || 'nothing was said'}` });
  const now = need(context.record.facts.kexec, 'survey');
  await context.save({ kexec: { ...now, state: 'jumping', since: context.now(), source: files.source } });
  await shell.exec(startKernel(now.bootId, dir), signal);
  deps.shells.drop(record.id);
  return waiting(POLL_MS, 'the rescue kernel, which starts anew with the IOMMU on');
}

/** Beside the folder of the packages that the VM needs: these go with the old kernel. */
function packagesDir(installId: string): string {
  return `/run/xepa-packages/${installId}-kexec`;
}

async function bringTools(
  deps: StepDeps,
  context: StepContext,
  { curl, ...on }: On & { curl: boolean },
): Promise<Outcome | null> {
  const { survey } = on;
  const wanted = curl ? (['kexec', 'curl'] as const) : (['kexec'] as const);
  const only = wanted.filter((tool) => !survey.tools.includes(tool));
  if (only.length === 0) return null;
  if (!hasPackageManager(survey)) {
    const text = `The rescue system has no ${only.join(' and no ')}, and no package manager that XEPA knows to add it.`;
    throw new XepaError('device-unfit', { message: text, userMessage: text });
  }
  const dir = packagesDir(context.record.id);
  const optional = only.includes('curl') ? (['certificates'] as const) : [];
  const look = lookForPackages(survey, { dir, mirrors: deps.settings.rescueMirrors, only, optional });
  const note = (added: string[]) => {
    const kexec = need(context.record.facts.kexec, 'survey');
    return context.save({ kexec: { ...kexec, added } });
  };
  return look && bring(context, on, { dir, look, note });
}

/** The install goes on without it; what was brought for it is in the way of nothing, and goes. */
async function refuse(context: StepContext, { shell, survey, why }: On & { why: string }): Promise<null> {
  const { record, signal } = context;
  const { kexec } = record.facts;
  if (kexec) {
    await shell.exec(forgetKernel(kexecDir(record.id)), signal);
    for (const path of Object.values(downloadPaths(record.id))) await shell.exec(removeFile(path), signal);
    const { added } = kexec;
    const removal = added.length > 0 ? removePackages(survey, { dir: packagesDir(record.id), added }) : null;
    if (removal) await shell.exec(removal, signal);
  }
  const bootId = kexec?.bootId ?? '';
  await context.save({ kexec: fresh('refused', context.now(), { ...kexec, state: 'refused', bootId, why }) });
  return null;
}
