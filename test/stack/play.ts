import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import type { Survey } from '../../core/contracts/survey.ts';
import { placeDisk } from '../../worker/host/ladder-disk.ts';
import { chooseTarget } from '../../worker/host/plan-disk.ts';
import { stopStack, unguard } from '../../worker/host/stack.ts';
import { stackNow } from '../../worker/host/stack-now.ts';
import { survey } from '../../worker/host/survey.ts';
import type { Shell, StackGuest } from './guest.ts';
import { cleanUp, type Scene } from './scenes.ts';

const installId = 'xe-stack1';
const SECTOR = 512;
/** udev hears of all disks anew, as when they come back from a virtual machine, and of a change, as when one was written. */
const events = `for a in add change; do udevadm trigger --action=$a --subsystem-match=block; udevadm settle; done; sleep 1`;

/**
 * Builds a scene, has the product plan and stop it, twice, and looks at what is left and at what was written to the other disk.
 * @throws AssertionError with what is not as it should be
 */
export async function playStack(guest: StackGuest, scene: Scene, shell: Shell): Promise<void> {
  await guest.script(cleanUp);
  const built = await guest.script(scene.build);
  const { disk = 'XEPANVME0A' } = scene;
  const look = () => guest.exec(survey(), shell);
  const planned = plan(await look(), disk);
  if (scene.refused) return assert.match(planned.refusals.join('\n'), scene.refused, built);
  assert.deepEqual(planned.refusals, [], built);
  if (scene.told) assert.match(planned.told, scene.told);
  const names = planned.plan.stops?.map(({ kind, name, label }) => (kind === 'md' ? name : label)) ?? [];
  assert.deepEqual(names.toSorted(), scene.stops?.toSorted(), built);
  const stop = async () => {
    const now = stackNow(await look(), planned.plan);
    assert.ok(!('objections' in now), JSON.stringify(now));
    await guest.exec(stopStack({ installId, ...now }), shell);
  };
  if (scene.open) await whileOpen(guest, scene.open, stop);
  const before = await bytesOf(guest);
  await stop();
  await stop();
  const changed = sectorsChanged(before, await bytesOf(guest));
  assert.ok(changed <= (scene.marks ?? 0), `${changed} sectors of the other disk were written`);
  await guest.script(events);
  const after = await look();
  assert.deepEqual(after.disks.find(({ serial }) => serial === disk)?.holders, [], 'udev has built something again');
  const left = after.volumes.map(({ label }) => label);
  for (const name of scene.stays ?? []) assert.ok(left.includes(name), `${name} was stopped, too`);
  await guest.exec(unguard(installId), shell);
}

function plan(found: Survey, serial: string) {
  const findings = { refusals: [] as string[], warnings: [] as string[] };
  const target = chooseTarget(found, serial, findings);
  const placed = target ? placeDisk(found, target, { asked: undefined, findings }) : null;
  const { first = [], risks = [] } = placed?.placement ?? {};
  const { erases = [], stops = [], block = null } = placed ?? {};
  return { ...findings, told: [...first, ...risks].join('\n'), plan: { erases, stops, block } };
}

async function whileOpen(guest: StackGuest, { command, says }: NonNullable<Scene['open']>, stop: () => Promise<void>) {
  await guest.script(`setsid ${command} >/dev/null 2>&1 & sleep 0.5`);
  await assert.rejects(stop, says);
  await guest.script('pkill sleep');
}

async function bytesOf(guest: StackGuest): Promise<Buffer> {
  await guest.script('sync; blockdev --flushbufs $B');
  return readFile(guest.image('b'));
}

function sectorsChanged(before: Buffer, after: Buffer): number {
  let changed = 0;
  for (let at = 0; at < after.length; at += SECTOR) {
    if (before.compare(after, at, at + SECTOR, at, at + SECTOR) !== 0) changed += 1;
  }
  return changed;
}
