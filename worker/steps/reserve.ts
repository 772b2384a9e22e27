import { lateStart } from '../../core/approval-gate.ts';
import { isFinal } from '../../core/contracts/install.ts';
import { XepaError } from '../../core/errors.ts';
import { done, type Step, waiting } from '../saga/step.ts';
import { providerOf, type StepDeps } from './deps.ts';

/** Takes the device for this install and reads its state at the provider. */
export function reserveStep(deps: StepDeps): Step {
  return {
    name: 'reserve',
    timeoutMs: 10 * 60_000,
    attempts: 8,
    async run({ record, signal, now }) {
      const late = lateStart(record, now());
      // Before anything is taken, so that there is nothing to give back while people are asked again.
      if (late && record.approval) return { kind: 'ask-again', why: [late], found: record.approval.binds };
      const holder = await deps.leases.take(record.device, record.id);
      if (holder !== record.id) {
        const other = await deps.store.find(holder);
        if (other && !isFinal(other)) throw deviceBusy(record.device.name, holder);
        // Its install ended without giving it back: a crash between the two writes.
        await deps.leases.release(record.device, holder);
        return waiting(0, 'the device to be free');
      }
      const server = await providerOf(deps, record).getServer(record.device.id, signal);
      if (server.blocked !== null) throw unfit(server.blocked);
      const { name, address, macs, saved } = server;
      return done({ reserve: { name, address, macs, saved } });
    },
    async undo({ record }) {
      await deps.leases.release(record.device, record.id);
      return done();
    },
  };
}

function deviceBusy(name: string, holder: string): XepaError {
  return new XepaError('device-busy', {
    message: `device is held by ${holder}`,
    userMessage: `${name} is in use by install \`${holder}\`. Wait for it to end, or cancel it first.`,
  });
}

function unfit(why: string): XepaError {
  return new XepaError('device-unfit', { message: why, userMessage: why });
}
