import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LAB_DIR } from '../paths.ts';

const CACHE_DIR = join(LAB_DIR, 'cache');

export type Progress = (line: string) => void;

export interface Stage {
  /** Kebab-case; the folder is `.lab/cache/<name>-<key>`. */
  name: string;
  /** Whatever the result depends on, in any form. */
  inputs: readonly string[];
  /** What a person reads while it is made, with its usual duration. */
  doing: string;
  /** Fills the empty folder it is given. */
  build: (folder: string) => Promise<void>;
}

/** Short digest that names a version of a stage. */
function keyOf(inputs: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(inputs)).digest('hex').slice(0, 12);
}

/** Text of our own source files: a stage is built anew when the code that builds it changes. */
export async function sources(...files: readonly string[]): Promise<string[]> {
  return Promise.all(files.map((file) => readFile(file, 'utf8')));
}

/** Returns the folder of a stage, building it when this version of it is not there; older versions are deleted. */
export async function cached(stage: Stage, progress: Progress): Promise<string> {
  const folder = join(CACHE_DIR, `${stage.name}-${keyOf(stage.inputs)}`);
  if (existsSync(folder)) return folder;
  await mkdir(CACHE_DIR, { recursive: true });
  for (const other of await readdir(CACHE_DIR)) {
    if (other.replace(/-[0-9a-f]{12}(\.new)?$/, '') === stage.name) {
      await rm(join(CACHE_DIR, other), { recursive: true, force: true });
    }
  }
  progress(stage.doing);
  const started = Date.now();
  const fresh = `${folder}.new`;
  await mkdir(fresh);
  await stage.build(fresh);
  await rename(fresh, folder);
  progress(`  done in ${((Date.now() - started) / 1000).toFixed(1)} s`);
  return folder;
}

/**
 * Runs `work` while no other process on this machine builds in the same lab folder. The lock is a flock(1) of a child
 * that ends when we end, so that a killed build leaves no lock behind.
 */
export async function withBuildLock<T>(progress: Progress, work: () => Promise<T>): Promise<T> {
  await mkdir(LAB_DIR, { recursive: true });
  const file = join(LAB_DIR, 'lock');
  const holder = spawn('flock', ['--exclusive', file, 'sh', '-c', 'echo held; exec cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const patience = setTimeout(() => progress('another run is building the lab images: waiting for it'), 1000);
  try {
    await new Promise<void>((resolve, reject) => {
      holder.once('error', reject);
      holder.once('exit', () => reject(new Error('flock ended before it held the lock')));
      holder.stdout.once('data', () => resolve());
    });
    clearTimeout(patience);
    return await work();
  } finally {
    clearTimeout(patience);
    holder.removeAllListeners('exit');
    holder.stdin.end();
  }
}
