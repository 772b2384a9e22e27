import { type InstallRecord, isFinal } from '../../core/contracts/install.ts';
import { XepaError } from '../../core/errors.ts';
import type { Provider } from '../providers/types.ts';
import { done, type Step, waiting } from '../saga/step.ts';
import { lateStart } from './approved.ts';
import { providerOf, type StepDeps } from './deps.ts';
import { moverAt } from './lifeline-notes.ts';

/** Takes the device for this install and reads its state at the provider. */
export function reserveStep(deps: StepDeps): Step {
  return {
    name: 'reserve',
    timeoutMs: 10 * 60_000,
    attempts: 8,
    async run({ record, signal, now }) {
      const late = lateStart(record, now());
      // Before anything is taken, so that there is nothing to give back while people are asked again.
      if (late && record.approval) {
        const { binds: found, hardware } = record.approval;
        return { kind: 'ask-again', why: [late], found, hardware };
      }
      const holder = await deps.leases.take(record.device, record.id);
      if (holder !== record.id) {
        const other = await deps.store.find(holder);
        if (other && !isFinal(other)) throw deviceBusy(record.device.name, holder);
        // Its install ended without giving it back: a crash between the two writes.
        await deps.leases.release(record.device, holder);
        return waiting(0, 'the device to be free');
      }
      const provider = providerOf(deps, record);
      const server = await provider.getServer(record.device.id, signal);
      if (server.blocked !== null) throw unfit(server.blocked);
      const { name, address, macs, saved } = server;
      const ports = await portsToMoveTo(provider, record, signal);
      return done({ reserve: { name, address, macs, saved, ...ports } });
    },
    async undo({ record }) {
      await deps.leases.release(record.device, record.id);
      return done();
    },
  };
}

/** What stands against a move of our connection is better heard before the server is restarted. */
async function portsToMoveTo(provider: Provider, { request, device }: InstallRecord, signal: AbortSignal) {
  if (request.lifeline !== 'move') return {};
  return { ports: await moverAt(provider, device.name).ports(device.id, signal) };
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
