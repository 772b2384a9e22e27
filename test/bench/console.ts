/**
 * What a screen costs on its way through our gateway, beside other ways in the same run: tables, a list of targets,
 * and exit code 1 when one is missed. Everything runs on this machine over loopback; `--quick` takes a minute.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildBinding, buildProduct, requirePackages } from './console/requirements.ts';
import { runConsoleBench } from './console/run.ts';
import { report } from './figures.ts';

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
requirePackages();
buildProduct();
const ciphers = buildBinding() ? 'built' : 'NOT BUILT: the figures are those of the fallback';
const dir = await mkdtemp(join(tmpdir(), 'xepa-bench-'));
try {
  const figures = await runConsoleBench({ dir, quick: process.argv.includes('--quick'), print: console.log });
  process.exitCode = report([{ name: "ssh2's native ciphers", value: ciphers }, ...figures], console.log);
} finally {
  await rm(dir, { recursive: true, force: true });
}
