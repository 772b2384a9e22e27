import { Device, type Inventory, type InventorySource } from '../core/contracts/device.ts';
import type { XepaError } from '../core/errors.ts';
import { adapterOf } from './providers/in-account.ts';

/** What became of asking one provider for its devices. `resting`: it was not asked, since it wants to be left alone. */
export type Answer = { provider: string } & (
  | { kind: 'devices'; devices: readonly unknown[] }
  | { kind: 'failed'; error: XepaError }
  | { kind: 'resting' }
);

type Problem = Inventory['problems'][number];

/** A provider's part of the list. */
interface Part {
  source: InventorySource;
  devices: Device[];
  problems: Problem[];
}

/**
 * The list of devices after the providers were asked. Who gave no list keeps the one from before, with its age.
 * @param answers one for each provider that is configured, in that order
 * @param before null where no list was kept
 * @param at when they were asked, in milliseconds since 1970
 */
export function mergeInventory(answers: readonly Answer[], before: Inventory | null, at: number): Inventory {
  const parts = answers.map((answer) =>
    answer.kind === 'devices' ? freshPart(answer.provider, answer.devices, at) : keptPart(answer, before, at),
  );
  const { devices, problems } = eachOnce(parts.flatMap((part) => part.devices));
  return {
    at,
    devices,
    problems: [...parts.flatMap((part) => part.problems), ...problems],
    sources: parts.map(({ source }) => source),
  };
}

/** A provider whose list is not as it should be hides none of its good devices, and spoils the list for nobody. */
function freshPart(provider: string, told: readonly unknown[], at: number): Part {
  const parsed = told.flatMap((one) => Device.safeParse(one).data ?? []);
  const devices = [...new Map(parsed.map((device) => [device.id, device])).values()];
  const lost = told.length - parsed.length;
  const [what, was] = lost === 1 ? ['a server', 'was'] : [`${lost} servers`, 'were'];
  const message = `It told of ${what} without an id or a name, which ${was} left out.`;
  return { source: { provider, at }, devices, problems: lost === 0 ? [] : [{ provider, message }] };
}

function keptPart(answer: Exclude<Answer, { kind: 'devices' }>, before: Inventory | null, at: number): Part {
  const { provider } = answer;
  const devices = (before?.devices ?? []).filter((device) => device.provider === provider);
  const source = sourceBefore(provider, before, devices.length > 0);
  if (answer.kind === 'resting') {
    return { source, devices, problems: (before?.problems ?? []).filter((problem) => problem.provider === provider) };
  }
  const { userMessage: message, retryAfterSeconds: seconds } = answer.error;
  return {
    source: { provider, at: source.at, ...(seconds === undefined ? {} : { notBefore: at + seconds * 1_000 }) },
    devices,
    problems: [{ provider, message }],
  };
}

/** A list from before sources were kept is of its own time, and has devices of those alone who answered then. */
function sourceBefore(provider: string, before: Inventory | null, hasDevices: boolean): InventorySource {
  const known = before?.sources?.find((source) => source.provider === provider);
  if (known) return known;
  return { provider, at: before && hasDevices ? before.at : null };
}

/** Two accounts that let us see one and the same server must not have two installs on it. */
function eachOnce(devices: readonly Device[]): { devices: Device[]; problems: Problem[] } {
  const first = new Map<string, Device>();
  const again = new Map<string, Problem>();
  for (const device of devices) {
    const machine = JSON.stringify([adapterOf(device.provider), device.id, device.address]);
    const known = first.get(machine);
    if (!known) first.set(machine, device);
    else {
      const message = `Some of its servers, such as ${device.name}, are those of ${known.provider}, and are listed there alone.`;
      again.set(device.provider, { provider: device.provider, message });
    }
  }
  return { devices: [...first.values()], problems: [...again.values()] };
}
