import type { ChildProcess } from 'node:child_process';

// The kernel kills a machine whose lab was killed (setpriv --pdeathsig); this is for every gentler end.
const running = new Set<ChildProcess>();
let armed = false;

/** Sees to it that a child ends with this process, whichever way that ends. Touches nothing that was not given to it. */
export function endWithUs(child: ChildProcess): void {
  if (!armed) {
    armed = true;
    process.once('exit', () => {
      for (const own of running) own.kill('SIGKILL');
    });
  }
  running.add(child);
  child.once('exit', () => running.delete(child));
}
