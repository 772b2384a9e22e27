import { afterAll, beforeAll, expect, it } from 'vitest';
import { consoleIsOpen, type InstallRecord } from '../../core/contracts/install.ts';
import type { AnswerKind, Question } from '../../core/contracts/question.ts';
import { bootMetal } from '../../core/decisions.ts';
import { answerQuestion, openQuestion } from '../../core/questions.ts';
import { eventually } from '../demo/eventually.ts';
import { theEnd } from '../demo/play.ts';
import { bob } from '../support/an-install.ts';
import { failIfStalled } from '../support/guest-watch.ts';
import { tellOnFailure } from '../support/on-failure.ts';
import { putInstall } from '../support/put-install.ts';
import { playScene } from '../support/scene.ts';
import type { World } from '../support/world.ts';

/** An installer that forgets the boot code: the metal starts nothing, and comes back. */
let world: World;
let record: InstallRecord;
let atConsole: InstallRecord;
const asked: Question[] = [];
const id = 'xe-broken';

async function question(stage: World): Promise<Question> {
  const found = await eventually(
    'a question',
    async () => {
      const question = openQuestion(await stage.state.store.load(id));
      if (!question) await failIfStalled(stage, id);
      return question;
    },
    360_000,
  );
  asked.push(found);
  return found;
}

async function answer(stage: World, kind: AnswerKind): Promise<void> {
  const { n } = await question(stage);
  await stage.state.store.update(id, (now) => answerQuestion(now, { n, kind }, { by: bob, at: Date.now() }));
  await stage.state.queue.wake(id);
}

/** The screen is there; whoever looked at it says that the metal may boot. */
async function lookAndRelease(stage: World): Promise<InstallRecord> {
  const open = await eventually(
    'the console',
    async () => {
      const now = await stage.state.store.load(id);
      if (!consoleIsOpen(now)) await failIfStalled(stage, id);
      return consoleIsOpen(now) ? now : null;
    },
    180_000,
  );
  await stage.state.store.update(id, (now) => bootMetal(now, bob, Date.now()));
  await stage.state.queue.wake(id);
  return open;
}

beforeAll(async () => {
  world = await playScene({ lab: { devices: [{ hostname: 'web-01' }] }, product: 'none' }, async (stage) => {
    asked.length = 0;
    await stage.start('worker', 'worker-a', { XEPA_VERIFY_MINUTES: '1' });
    await putInstall(stage, { id, device: 'web-01', iso: 'mini-broken.iso' });
    await answer(stage, 'boot');
    await answer(stage, 'to-rescue');
    await answer(stage, 'console-again');
    atConsole = await lookAndRelease(stage);
    await answer(stage, 'leave-in-rescue');
    record = await theEnd({ world: stage }, id);
  });
}, 900_000);
tellOnFailure(() => world);
afterAll(() => world?.stop(), 60_000);

it('says before the restart that nothing would start, by looking at the disk', () => {
  expect(asked[0]).toMatchObject({
    kind: 'nothing-bootable',
    findings: [
      'No boot code is on the disk: nvme0n1 has an MBR with 1 partition (vfat); it has a UEFI loader, but this server starts by BIOS',
    ],
  });
});

it('asks what to do when the metal shows nothing', () => {
  expect(asked[1]).toMatchObject({
    kind: 'silent',
    findings: [expect.stringMatching(/^no answer on the TCP ports .* within 1 min(, but ping is answered)?$/)],
  });
});

it('comes back into a rescue that has proven itself, with what lies on the disk', () => {
  expect(asked[2]).toMatchObject({ kind: 'in-rescue', answers: ['console-again', 'boot', 'leave-in-rescue'] });
  expect(asked[2]?.findings).toEqual([
    expect.stringMatching(/^Starting by BIOS: No boot code is on the disk/),
    'nvme0n1 has an MBR with 1 partition (vfat)',
    expect.stringMatching(/^UEFI programs: nvme0n1p1: \/EFI\/BOOT\/BOOTX64\.EFI$/i),
  ]);
  expect(record.facts.rescue?.entries).toBe(2);
});

it('opens the console again on what is on the disk, in the same rescue system, and looks at the disk after it', () => {
  expect(atConsole.facts).toMatchObject({ again: { n: 1, by: bob.id }, rescue: { entries: 2 } });
  expect(atConsole.facts.media).toBeUndefined();
  expect(atConsole.facts.plan?.passed).toEqual(record.facts.plan?.passed);
  expect(asked[3]).toMatchObject({ kind: 'nothing-bootable', step: 'handback' });
  expect(record.facts.rescue?.entries).toBe(2);
});

it('ends in rescue when somebody wants that, with nothing of ours left there or at the provider', async () => {
  expect(record).toMatchObject({ phase: 'done', sealed: {}, facts: { verify: { up: false, inRescue: true } } });
  expect(world.lab.devices[0]?.machine.booted).toBe('rescue');
  const keys = await fetch(`${world.lab.apiUrl}/projects/${world.lab.projectId}/ssh-keys`, {
    headers: { 'X-Auth-Token': world.lab.token },
  });
  expect(await keys.json()).toMatchObject({ ssh_keys: [] });
  expect(await world.state.redis.keys('xepa:lease:*')).toEqual([]);
});
