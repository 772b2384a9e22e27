import type { BootTarget } from '../machine/spec.ts';
import { type Device, type DeviceState, INSTALLED_SLUG, RESCUE_SLUG, record } from './state.ts';

export type ActionType = 'rescue' | 'reboot' | 'power_on' | 'power_off';

export interface ActionTimes {
  /** Milliseconds between the 202 and the first thing that happens to the machine. */
  delayMs: number;
}

/** Why the provider refuses an action now; null when it takes it. */
export function refusal(device: Device, type: ActionType): string | null {
  if (device.locked) return 'Device is locked';
  if (device.state === 'powering_on' || device.state === 'powering_off')
    return `Device is ${device.state}: try again later`;
  if (type === 'power_on' && device.state === 'active') return 'Device is already powered on';
  if (type !== 'power_on' && device.state === 'inactive')
    return `Device is powered off and cannot ${type.replace('_', ' ')}`;
  return null;
}

/** Carries out actions in the background, one after another per device, as a provider does behind its 202. */
export class ActionRunner {
  readonly #times: ActionTimes;
  readonly #queues = new Map<string, Promise<void>>();
  readonly #stop = new AbortController();

  constructor(times: ActionTimes) {
    this.#times = times;
  }

  /** Accepts an action that {@link refusal} lets through. Returns at once. */
  accept(device: Device, type: ActionType): void {
    record(device, `${type}.queued`, `${type} was requested`);
    if (type === 'power_on') device.state = 'powering_on';
    if (type === 'power_off') device.state = 'powering_off';
    const before = this.#queues.get(device.id) ?? Promise.resolve();
    const after = before.then(() => this.#perform(device, type));
    this.#queues.set(device.id, after);
  }

  /** Drops what has not begun and waits for what has. */
  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#queues.values());
  }

  async #perform(device: Device, type: ActionType): Promise<void> {
    const goesOn = await pause(this.#times.delayMs, this.#stop.signal);
    if (!goesOn) return;
    record(device, `${type}.started`, `${type} has begun`);
    device.busy = true;
    try {
      device.state = await carryOut(device, type);
      record(device, `${type}.completed`, `${type} is done`);
    } catch (error) {
      device.state = device.machine.power === 'on' ? 'active' : 'inactive';
      record(device, `${type}.failed`, error instanceof Error ? error.message : String(error));
    } finally {
      device.busy = false;
    }
  }
}

async function carryOut(device: Device, type: ActionType): Promise<DeviceState> {
  if (type === 'power_off') {
    await device.machine.powerOff();
    return 'inactive';
  }
  const target: BootTarget = type === 'rescue' ? 'rescue' : 'disk';
  if (type === 'power_on') await device.machine.powerOn(target);
  else await device.machine.reset(target);
  device.operatingSystem = type === 'rescue' ? RESCUE_SLUG : INSTALLED_SLUG;
  return 'active';
}

/** False when the signal came first. */
function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const end = (goesOn: boolean) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      resolve(goesOn);
    };
    const onAbort = () => end(false);
    const timer = setTimeout(() => end(true), ms);
    signal.addEventListener('abort', onAbort);
  });
}
