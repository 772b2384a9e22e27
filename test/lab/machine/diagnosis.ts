import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Machine } from './machine.ts';
import { processorSeconds } from './processor-seconds.ts';

const MONITOR_COMMANDS = ['info status', 'info cpus', 'info irq', 'info registers -a', 'info network'];

/**
 * What can be learnt from outside of a machine that hangs, before anybody kills it: processors, interrupts, the
 * processor time of its QEMU, the end of its serial log, what its own guest printed. Written to `hang-<time>.txt` in `folder`; returns the path.
 */
export async function diagnose(machine: Machine, folder: string, within = ''): Promise<string> {
  const answers = await Promise.all(
    MONITOR_COMMANDS.map(async (command) => {
      const said = await machine.monitor(command).catch((error: unknown) => String(error));
      return `${command}:\n${said}`;
    }),
  );
  const load = await readFile('/proc/loadavg', 'utf8');
  const cpu = machine.pid === undefined ? 'off' : (await processorSeconds(machine.pid)).toFixed(1);
  const logs = [`server's serial port:\n${machine.serial.text.slice(-4000)}`, within];
  const report = [`load ${load}QEMU's processor seconds: ${cpu}`, ...answers, ...logs].join('\n\n');
  const file = join(folder, `hang-${machine.spec.hostname}-${Date.now()}.txt`);
  await writeFile(file, report);
  // A build machine keeps no files.
  console.error(`--- diagnosis of ${machine.spec.hostname}\n${report.slice(0, 9_000)}\n--- the end of the diagnosis`);
  return file;
}
