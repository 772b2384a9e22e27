import type { InstallRecord } from '../../core/contracts/install.ts';
import { sshKeyContext } from '../../core/sealing.ts';
import { generateSshKey } from '../../core/ssh/ssh-key.ts';
import type { InstallKey, RescueRequest } from '../providers/types.ts';
import { done, type Step, type StepContext } from '../saga/step.ts';
import { capabilitiesOf, need, providerOf, type StepDeps } from './deps.ts';
import { leaveRescue } from './leave-rescue.ts';
import { afterAnswer, newEntry } from './rescue-restart.ts';

/** Gives the provider a key of this install alone and asks it to restart the device into rescue. */
export function rescueStep(deps: StepDeps): Step {
  return {
    name: 'rescue',
    timeoutMs: 15 * 60_000,
    attempts: 6,
    async run(context) {
      await ensureKey(deps, context);
      await enterRescue(deps, context, 1);
      return done();
    },
    async undo(context) {
      const { rescue } = context.record.facts;
      if (!rescue) return done();
      const provider = providerOf(deps, context.record);
      const { rescueEntry, keyDelivery } = capabilitiesOf(deps, context.record);
      const entered = rescue.entries > 0 && rescueEntry !== 'external';
      if (entered) await leaveRescue(deps, context);
      deps.shells.drop(context.record.id);
      // A key in the rescue's memory went with it.
      const gone = keyDelivery === 'by-ssh' && context.record.facts.boot !== undefined;
      if (!gone) await provider.removeKey(context.record.device.id, keyLabel(context.record.id), context.signal);
      return done();
    },
  };
}

/** The key's name at the provider: found again by it, and removed by it. */
export function keyLabel(installId: string): string {
  return `xepa-${installId}`;
}

/** The other way round. */
export function installOfLabel(label: string): string {
  return label.replace(/^xepa-/, '');
}

/**
 * Asks for the `attempt`-th entry into rescue unless it was asked for already. The count and the provider's mark
 * are saved before the call.
 * @param last what became of the entry before: one that was given up may still come up
 */
export async function enterRescue(
  deps: StepDeps,
  context: StepContext,
  attempt: number,
  last: 'over' | 'given-up' = 'over',
): Promise<void> {
  const provider = providerOf(deps, context.record);
  const deviceId = context.record.device.id;
  const repeated = need(context.record.facts.rescue, 'rescue').entries >= attempt;
  if (!repeated) {
    const { marker } = await provider.getServer(deviceId, context.signal);
    await context.save({ rescue: newEntry(context, attempt, marker) });
  }
  const entered = await provider.enterRescue(deviceId, entryOf(context.record), context.signal);
  const rescue = afterAnswer(context, entered, { repeated, last });
  if (rescue) await context.save({ rescue });
}

/** The last entry into rescue that was asked for, as the provider knows it. */
export function entryOf(record: InstallRecord): RescueRequest {
  const { marker = '' } = need(record.facts.rescue, 'rescue');
  const { saved } = need(record.facts.reserve, 'reserve');
  return { marker, saved, key: keyOf(record) };
}

function keyOf(record: InstallRecord): InstallKey {
  return { label: keyLabel(record.id), publicKey: need(record.facts.rescue, 'rescue').publicKey };
}

/** The install's own key pair is there, and its provider knows it. */
export async function ensureKey(deps: StepDeps, context: StepContext): Promise<void> {
  await ensureKeyPair(deps, context);
  const { record, signal } = context;
  await providerOf(deps, record).addKey(record.device.id, keyOf(record), signal);
}

async function ensureKeyPair(deps: StepDeps, context: StepContext): Promise<void> {
  if (context.record.facts.rescue) return;
  const { privateKey, publicKey } = generateSshKey(keyLabel(context.record.id));
  const sshKey = deps.sealer.seal(privateKey, sshKeyContext(context.record.id));
  await context.save({ rescue: { publicKey, entries: 0 } }, { ...context.record.sealed, sshKey });
}
