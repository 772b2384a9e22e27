import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Child, startProcess } from '../child.ts';
import { layPaths, type Path } from './paths.ts';
import { answers } from './sshd.ts';

/** All processes but the guests. */
export interface Stage {
  paths: Path[];
  /** The emitters' sockets: the first screens of every path. */
  emitters: string[];
  stop(): Promise<void>;
}

/** Two, since our gateway lets a hundred people look at one install. */
const EMITTERS = 2;

/** @param guests sockets of VMs that will start later: the screens after the emitters */
export async function setStage(dir: string, guests: readonly string[]): Promise<Stage> {
  const running: Child[] = [];
  const keep = async <T extends Child>(starting: Promise<T>): Promise<T> => {
    const child = await starting;
    running.unshift(child);
    return child;
  };
  const emitters = Array.from({ length: EMITTERS }, (_, index) => join(dir, `emitter${index}.sock`));
  for (const path of emitters) await keep(startEmitter(path));
  const paths = await layPaths({ screens: [...emitters, ...guests], dir, keep });
  return {
    paths,
    emitters,
    async stop() {
      for (const child of running) await child.stop();
    },
  };
}

function startEmitter(path: string): Promise<Child> {
  const file = fileURLToPath(new URL('./emitter.ts', import.meta.url));
  return startProcess([process.execPath, file, path], () => answers({ path }));
}
