import { deviceKey } from '../../core/contracts/device.ts';
import type { DeviceProfile } from '../../core/contracts/device-profile.ts';
import type { Facts } from '../../core/contracts/facts.ts';
import { type InstallRecord, journalOf } from '../../core/contracts/install.ts';
import type { StepName } from '../../core/contracts/step-name.ts';
import { parseKeyring } from '../../core/keyring.ts';
import { createLogger } from '../../core/log.ts';
import { createSealer } from '../../core/sealing.ts';
import { onceMore } from '../../worker/saga/rounds.ts';
import type { Outcome, StepContext } from '../../worker/saga/step.ts';
import { createShellPool } from '../../worker/shell-pool.ts';
import type { StepDeps, StepSettings } from '../../worker/steps/deps.ts';
import { createEndWatch } from '../../worker/steps/end-watch.ts';
import { createEyes, type Eyes } from '../../worker/steps/eyes.ts';
import { buildSteps } from '../../worker/steps/index.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import { createMemoryPictures, createMemoryWishes } from '../fakes/memory-eyes.ts';
import { ModelDevice } from '../fakes/model-device.ts';
import { ModelProvider } from '../fakes/model-provider.ts';
import { anInstall } from './an-install.ts';

const settings: StepSettings = {
  rescueMs: 600_000,
  mediaMs: 600_000,
  attendMs: 600_000,
  attendPollMs: 10_000,
  powerDownMs: 60_000,
  verifyMs: 600_000,
  verifyUefiMs: 900_000,
  askMs: 4 * 3_600_000,
  verifyPorts: [443],
  deadManSeconds: 1_800,
  deadManReboot: false,
  rescueMirrors: {},
  kexec: { allowed: true, kernels: {} },
  limits: { memoryMb: 2_048, cpus: 2 },
  vm: {},
};

/** One install whose steps are run by hand, over a model of the device and of the provider. */
export class StepBench {
  readonly clock = new FakeClock();
  readonly device = new ModelDevice();
  readonly provider = new ModelProvider();
  readonly leases = new Map<string, string>();
  /** Other installs that the store knows. */
  readonly others = new Map<string, InstallRecord>();
  readonly revoked: string[] = [];
  readonly pictures = createMemoryPictures();
  readonly wishes = createMemoryWishes(this.clock);
  /** Installs of which the bot was told that there is something to show. */
  readonly noticed: string[] = [];
  /** Installs that are to be looked at before their time. */
  readonly woken: string[] = [];
  /** What was told of the download of another ISO. */
  readonly progress: number[] = [];
  /** Whom the worker has pinged. */
  readonly pings: string[] = [];
  /** How long a look at the screen may take. */
  readonly limit = { ms: 5_000 };
  readonly profiles = new Map<string, DeviceProfile>();
  /** What the network shows when the metal boots. */
  seen: { hostKey: string | null; openPorts: number[]; says: string; ping?: boolean | null } = {
    hostKey: null,
    openPorts: [],
    says: '',
  };
  record: InstallRecord = anInstall();
  readonly deps: StepDeps;

  constructor() {
    this.device.now = () => this.clock.now();
    this.device.bootedAt = this.clock.now();
    this.provider.onRestart = (into) => this.device.restart(into === 'rescue' ? 'rescue' : 'installed');
    const sealer = createSealer(parseKeyring('a-secret-of-at-least-thirty-two-characters'));
    const { openShell } = this.device;
    this.deps = {
      profiles: { save: async (device, profile) => void this.profiles.set(deviceKey(device), profile) },
      store: { find: async (id) => this.others.get(id) ?? null },
      providers: new Map([[this.provider.id, this.provider]]),
      leases: {
        take: async (device, id) => {
          const holder = this.leases.get(deviceKey(device)) ?? id;
          this.leases.set(deviceKey(device), holder);
          return holder;
        },
        release: async (device, id) => {
          if (this.leases.get(deviceKey(device)) === id) this.leases.delete(deviceKey(device));
        },
        holder: async (device) => this.leases.get(deviceKey(device)) ?? null,
      },
      sealer,
      shells: createShellPool({ openShell, sealer, idleMs: 60_000 }),
      openShell,
      tickets: { revokeAll: async (id) => void this.revoked.push(id) },
      readHostKey: async () => this.seen.hostKey,
      askService: async ({ port }) => (this.seen.openPorts.includes(port) ? this.seen.says : null),
      ping: async (host) => {
        this.pings.push(host);
        return this.seen.ping ?? null;
      },
      eyes: this.#eyes(),
      endWatch: createEndWatch({
        wake: async (id) => void this.woken.push(id),
        log: createLogger('test', 'silent'),
      }),
      discProgress: { tell: async (_id, bytes) => void this.progress.push(bytes) },
      settings,
    };
  }

  #eyes(): Eyes {
    const { pictures, wishes, limit } = this;
    const notices = { send: async ({ installId }: { installId: string }) => void this.noticed.push(installId) };
    const log = createLogger('test', 'silent');
    return createEyes({
      ...{ pictures, wishes, notices, log },
      get limitMs() {
        return limit.ms;
      },
    });
  }

  /** Runs a step as the engine does: started first, its facts kept, a failure counted. */
  async run(step: StepName): Promise<Outcome> {
    const old = journalOf(this.record, step);
    const poll = old?.state === 'waiting';
    // A VM that was started this moment is left alone at first.
    if (step === 'attend' && !old) this.clock.forward(3_000);
    this.#enter(step, { state: poll ? 'waiting' : 'started' });
    try {
      const outcome = await this.#step(step).run(this.#context(step));
      if (outcome.kind === 'waiting') this.#enter(step, { state: 'waiting', failures: 0 });
      if (outcome.kind === 'once-more') this.record = onceMore(this.record, outcome).record;
      if (outcome.kind === 'done') this.#finish(step, outcome.facts);
      return outcome;
    } catch (error) {
      this.#enter(step, { state: 'waiting', failures: (old?.failures ?? 0) + 1 });
      throw error;
    }
  }

  /** The worker died in the step: another one begins it anew. */
  crash(step: StepName): void {
    this.deps.shells.close();
    this.#enter(step, { state: 'started', failures: 0 });
  }

  /** Runs steps until one does not end at once. @throws Error when one waits */
  async through(...steps: StepName[]): Promise<void> {
    for (const step of steps) {
      const outcome = await this.run(step);
      if (outcome.kind === 'waiting') throw new Error(`${step} waits for ${outcome.why}`);
    }
  }

  async undo(step: StepName, failures = 0): Promise<Outcome> {
    this.#enter(step, { state: 'undoing', failures });
    return (await this.#step(step).undo?.(this.#context(step))) ?? { kind: 'done' };
  }

  /** From now on the rescue system finds no IOMMU, so that nothing can be passed through. */
  withoutIommu(): void {
    this.device.surveyText = this.device.surveyText.replace('dmar0\n', '');
  }

  /** A device that is made ready, with no ISO on its way: that was not to be had meanwhile. */
  async readyForMedia(): Promise<void> {
    const { probe } = this.device;
    this.device.probe = { ...probe, status: 0 };
    await this.through('reserve', 'rescue', 'reach', 'survey', 'plan', 'prepare');
    this.device.probe = probe;
  }

  /** A device that is reached, with a plan and an ISO, ready for `bind`. */
  async readyToBind(): Promise<void> {
    await this.through('reserve', 'rescue', 'reach', 'survey', 'plan', 'prepare');
    this.device.download = { state: 'complete', bytes: 1_000_000 };
    await this.through('media');
    this.device.done = [];
  }

  #step(name: StepName) {
    const step = buildSteps(this.deps).find((candidate) => candidate.name === name);
    if (!step) throw new Error(`no step ${name}`);
    return step;
  }

  #context(step: StepName): StepContext {
    const bench = this;
    return {
      get record() {
        return bench.record;
      },
      get entry() {
        const entry = journalOf(bench.record, step);
        if (!entry) throw new Error('never started');
        return entry;
      },
      signal: new AbortController().signal,
      now: () => bench.clock.now(),
      async save(facts, sealed) {
        bench.record = { ...bench.record, facts: { ...bench.record.facts, ...facts }, ...(sealed ? { sealed } : {}) };
      },
    };
  }

  #finish(step: StepName, facts: Facts | undefined): void {
    this.record = { ...this.record, facts: { ...this.record.facts, ...facts } };
    this.#enter(step, { state: 'done' });
  }

  #enter(step: StepName, change: Partial<InstallRecord['journal'][number]>): void {
    const old = journalOf(this.record, step);
    const fresh = { step, state: 'started', run: 'w', failures: 0, startedAt: this.clock.now() } as const;
    const rest = this.record.journal.filter((entry) => entry.step !== step);
    this.record = { ...this.record, at: step, journal: [...rest, { ...(old ?? fresh), ...change }] };
  }
}
