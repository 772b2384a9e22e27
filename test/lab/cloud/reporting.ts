import type { Machine, MachinePower } from '../machine/machine.ts';
import type { BootTarget } from '../machine/spec.ts';

/** A rescue system that has not reported by then never will. Emulation under load is slow. Milliseconds. */
const REPORT_MS = 180_000;

/** A machine whose way into rescue is over when the system in memory has reported, for providers that wait for that. */
export function reporting(machine: Machine): MachinePower {
  const hasReported = () =>
    new Promise<void>((resolve, reject) => {
      machine.onPower((power) => {
        if (power === 'off') reject(new Error(`${machine.spec.hostname} went off before its rescue system reported`));
      });
      machine.waitForSerial(/RESCUE-READY/, REPORT_MS).then(() => resolve(), reject);
    });
  const into = async (start: (target: BootTarget) => Promise<void>, target: BootTarget) => {
    await start(target);
    if (target === 'rescue') await hasReported();
  };
  return {
    get power() {
      return machine.power;
    },
    powerOn: (target) => into((where) => machine.powerOn(where), target),
    powerOff: () => machine.powerOff(),
    reset: (target) => into((where) => machine.reset(where), target),
  };
}
