/**
 * Builds the image and runs each process of it as the chart does: uid 1000, nothing writable, no capability. Each has
 * to become healthy on a real Redis and to end well on SIGTERM. Needs root; takes a few minutes the first time.
 * `--pull` takes the published base image in place of a stand-in made on this machine.
 */
import { ensureBaseImage } from './base-image.ts';
import { buildImage, imageName } from './build.ts';
import { missingPackages, podman } from './engine.ts';
import { startNeighbours } from './neighbours.ts';
import { processes, runProcess } from './processes.ts';

const missing = await missingPackages();
if (missing !== null || process.getuid?.() !== 0) {
  console.error(missing === null ? 'The image check needs root.' : `The image check needs more: ${missing}`);
  process.exit(1);
}

let failed = 0;
await step('base image', () => ensureBaseImage(process.argv.includes('--pull')));
await step('image', buildImage);
const bytes = Number(await podman(['image', 'inspect', '--format', '{{.Size}}', imageName]));
console.log(`   ${imageName}: ${Math.round(bytes / 1e6)} MB, base included`);

const neighbours = await startNeighbours();
try {
  for (const each of processes) await step(each.name, () => runProcess(each, neighbours)).catch(() => (failed += 1));
} finally {
  await neighbours.stop();
}
console.log(`${processes.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

async function step(name: string, work: () => Promise<void>): Promise<void> {
  const begin = performance.now();
  console.log(`== ${name}`);
  try {
    await work();
  } catch (error) {
    console.error(`FAILED ${name}:`, error);
    throw error;
  }
  console.log(`ok ${name}, ${((performance.now() - begin) / 1000).toFixed(1)} s`);
}
