import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type InstallRecord, journalOf } from '../../core/contracts/install.ts';
import { eventually } from '../demo/eventually.ts';
import { theEnd } from '../demo/play.ts';
import { driversArgv } from '../support/inside.ts';
import { tellOnFailure } from '../support/on-failure.ts';
import { bringUpOwnRescue, type OwnRescue } from '../support/own-rescue.ts';
import { putInstall } from '../support/put-install.ts';
import { playScene } from '../support/scene.ts';
import type { World } from '../support/world.ts';

/** What the device did when nobody was heard from, as its operator sees it, and how the install ended afterwards. */
interface Abandoned {
  whileBound: string[];
  before: (string | null)[];
  after: string[];
  /** By the device's own clock: seconds from the last sign of life until it acted. */
  waited: number;
  qemu: string;
  left: string;
  record: InstallRecord;
}

let world: World;
let rescue: OwnRescue;
let abandoned: Record<'workerKilled' | 'networkCut', Abandoned>;
let record: InstallRecord;

/** The shortest that there is. */
const DEAD_MAN_SECONDS = 30;

beforeAll(async () => {
  const lab = { devices: [{ hostname: 'own-01', disk: 'ahci' as const }] };
  world = await playScene({ lab, product: 'none' }, async (stage) => {
    rescue = await bringUpOwnRescue(stage);
    const settings = { XEPA_SSH_DEVICES: rescue.devicesFile, XEPA_DEAD_MAN_MINUTES: `${DEAD_MAN_SECONDS / 60}` };
    const worker = await stage.start('worker', 'worker-a', settings);
    const workerKilled = await abandon(stage, 'xe-owner1', {
      leave: () => worker.stop('SIGKILL'),
      comeBack: () => stage.start('worker', 'worker-b', settings),
    });
    const networkCut = await abandon(stage, 'xe-owner2', {
      leave: async () => rescue.line.cut(),
      comeBack: async () => rescue.line.mend(),
    });
    abandoned = { workerKilled, networkCut };
    await putInstall(stage, { id: 'xe-owner3', device: 'own-01', iso: 'mini.iso', provider: 'ssh' });
    record = await theEnd({ world: stage }, 'xe-owner3');
  });
}, 1_200_000);
tellOnFailure(() => world);
afterAll(async () => {
  await rescue?.line.close();
  await world?.stop();
}, 60_000);

/** Leaves an install alone whose VM runs, until its device has taken everything back; then comes back to it. */
async function abandon(
  stage: World,
  id: string,
  { leave, comeBack }: { leave(): Promise<unknown>; comeBack(): Promise<unknown> },
): Promise<Abandoned> {
  await putInstall(stage, { id, device: 'own-01', iso: 'mini-ask.iso', provider: 'ssh' });
  const running = await eventually('the VM', async () => {
    const now = await stage.state.store.load(id);
    return journalOf(now, 'attend')?.state === 'waiting' ? now : null;
  });
  const previous = running.facts.bind?.previous ?? [];
  const before = previous.map(({ driver }) => driver);
  const look = async () => (await rescue.look(driversArgv(previous.map(({ address }) => address)))).split('\n');
  const whileBound = await look();
  await leave();
  const after = await eventually('the drivers as they were', async () => {
    const now = await look();
    return now.join() === before.join() ? now : null;
  });
  const dir = `/run/xepa/${id}`;
  const [fired, alive] = (await rescue.look(['cat', `${dir}/dead-man-fired`, `${dir}/alive`])).split('\n').map(Number);
  const waited = (fired ?? Number.NaN) - (alive ?? Number.NaN);
  const qemu = await rescue.look(['pgrep', '-l', 'qemu']);
  await comeBack();
  const ended = await theEnd({ world: stage }, id);
  const left = await rescue.look(['sh', '-c', 'ls /run/xepa; pgrep -fl dead-man.s[h]; cat ~/.ssh/authorized_keys']);
  return { before, whileBound, after, waited, qemu, left, record: ended };
}

describe.each(['workerKilled', 'networkCut'] as const)('an install that nobody looks after: %s', (how) => {
  it('is ended by the device itself, which gives disk controller and network port back to their drivers', () => {
    const { whileBound, before, after, waited, qemu } = abandoned[how];
    expect(before.toSorted()).toEqual(['ahci', 'e1000e']);
    expect(whileBound).toEqual(['vfio-pci', 'vfio-pci']);
    expect(after).toEqual(before);
    expect(waited).toBeGreaterThan(DEAD_MAN_SECONDS);
    expect(qemu).toBe('');
  });

  it('ends undone once somebody is back, with a sentence that says what happened, and nothing is left', () => {
    const { record: ended, left } = abandoned[how];
    expect(ended.phase).toBe('undone');
    expect(ended.failure).toMatchObject({
      step: 'attend',
      message: expect.stringMatching(/No worker was heard from.*took its hardware back by itself/),
    });
    expect(left).toMatch(/^ssh-ed25519 \S+ operator$/);
  });
});

it('installs on a machine whose rescue somebody else brought up, and restarts it by its own reboot', async () => {
  expect(record.failure).toBeUndefined();
  expect(record.phase).toBe('done');
  expect(record.facts.plan?.erases).toMatchObject([{ serial: 'XEPASATA01' }]);
  expect(record.facts.verify).toMatchObject({ up: true });
  const [proof] = (await rescue.device.machine.waitForSerial(/INSTALLED-OS-OK[^\r\n]*/)) ?? [''];
  expect(proof).toContain('serial=XEPASATA01');
});
