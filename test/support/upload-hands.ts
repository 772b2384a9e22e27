import { judged } from '../../bot/judge-disc.ts';
import type { Facts } from '../../core/contracts/facts.ts';
import type { InstallRecord } from '../../core/contracts/install.ts';
import type { Plan } from '../../core/contracts/plan.ts';
import type { HostShell } from '../../core/ssh/host-shell.ts';
import { openSshShell } from '../../core/ssh/ssh-shell.ts';
import type { StepContext } from '../../worker/saga/step.ts';
import { tendUpload } from '../../worker/steps/uploaded-disc.ts';
import type { ConsoleBench } from './console-bench.ts';

/** A VM that is promised next to nothing. */
const plan: Plan = {
  firmware: 'bios',
  accel: 'tcg',
  memoryMb: 64,
  cpus: 1,
  passed: [],
  nic: { mode: 'emulated', mac: '', address: null },
  block: null,
  ladder: [],
  erases: [],
  warnings: [],
  digest: '',
};

/** Facts of an install that has its ISO in that folder. */
export function mediaFacts(folder: string, id: string): Required<Pick<Facts, 'plan' | 'media'>> {
  return { plan, media: { path: `${folder}/${id}.iso`, bytes: 1, sha256: 'ab', label: 'TINY', boots: ['bios'] } };
}

/** What a step gets of a record that somebody holds; `save` writes into it. */
export function contextOf(holder: { record: InstallRecord; save(facts: Facts): Promise<void> }): StepContext {
  return {
    get record() {
      return holder.record;
    },
    entry: { step: 'attend', state: 'waiting', run: 'w', failures: 0, startedAt: 1 },
    signal: new AbortController().signal,
    now: () => Date.now(),
    save: (facts) => holder.save(facts),
  };
}

/** Bot and worker at a bench: their own code, over real SSH, for the uploads of one install. */
export interface UploadHands {
  rest(): Promise<void>;
}

const LOOK_MS = 100;

/** They look again and again until they rest, and the bot agrees with everything. */
export function startUploadHands(bench: ConsoleBench, id: string): UploadHands {
  const { store, host } = bench;
  const at = { host: '127.0.0.1', port: host.port, user: 'root', sudo: false, hostKey: host.hostKey };
  const system = { via: 'system', id: 'worker' } as const;
  const shell: Promise<HostShell> = openSshShell(at, host.privateKey).then((opened) => opened.shell);
  let resting = false;

  async function look(): Promise<void> {
    const { discWish } = await store.load(id);
    if (discWish?.verdict === 'asked') await store.update(id, (now) => judged(now, discWish.n, {}));
    const holder = {
      record: await store.load(id),
      async save(facts: Facts) {
        holder.record = await store.update(id, (now) => ({
          record: { ...now, facts: { ...now.facts, ...facts } },
          note: { type: 'facts-saved', actor: system, detail: {} },
        }));
      },
    };
    await tendUpload(contextOf(holder), await shell);
  }

  async function goOn(): Promise<void> {
    while (!resting) {
      await look();
      await new Promise((tick) => setTimeout(tick, LOOK_MS));
    }
  }

  const going = goOn();
  return {
    async rest() {
      resting = true;
      await going;
      (await shell).close();
    },
  };
}
