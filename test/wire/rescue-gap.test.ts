import { randomUUID } from 'node:crypto';
import express from 'express';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { createLogger } from '../../core/log.ts';
import { createEquinixMetal } from '../../worker/providers/equinix-metal/index.ts';
import { createSaga } from '../../worker/saga/advance.ts';
import { buildSteps } from '../../worker/steps/index.ts';
import { createMemoryInstallStore } from '../fakes/memory-install-store.ts';
import type { ModelDevice } from '../fakes/model-device.ts';
import { PretendMachine } from '../fakes/pretend-machine.ts';
import { API_PATH } from '../lab/cloud/api-words.ts';
import { EquinixApi } from '../lab/cloud/equinix-api.ts';
import { listen } from '../lab/cloud/listen.ts';
import { CloudState } from '../lab/cloud/state.ts';
import { alice, anInstall } from '../support/an-install.ts';
import { StepBench } from '../support/step-bench.ts';

const TOKEN = 'lab-token';
const id = 'xe-7f3kq2';
const never = new AbortController().signal;

/** A server whose power a provider switches, and that is slow: `ssh` says when what was started answers. */
class SlowServer extends PretendMachine {
  readonly #device: ModelDevice;

  constructor(device: ModelDevice) {
    super();
    this.#device = device;
  }

  override async powerOn(target: 'rescue' | 'disk'): Promise<void> {
    await super.powerOn(target);
    this.#device.ssh = 'down';
    this.#device.restart(target === 'rescue' ? 'rescue' : 'installed');
  }
}

/** An install at a provider whose API is spoken to over HTTP, by workers that share a record. */
async function startInstall() {
  const bench = new StepBench();
  const { clock, device } = bench;
  const machine = new SlowServer(device);
  const state = new CloudState();
  const deviceId = randomUUID();
  const order = { id: deviceId, hostname: 'web-01', tags: [], address: '127.0.77.1', number: 1, machine };
  const server = state.addDevice(order);
  const api = new EquinixApi({ state, token: TOKEN, times: { delayMs: 1 } });
  const web = await listen(express().use(API_PATH, api.router));
  const apiUrl = `http://127.0.0.1:${web.port}${API_PATH}`;
  const provider = createEquinixMetal({ apiUrl, token: TOKEN, projectId: state.projectId, sshPort: 22 });
  const store = createMemoryInstallStore(clock);
  const named = { provider: provider.id, id: deviceId, name: 'web-01', address: '127.0.77.1', tags: [] };
  await store.create(anInstall({ id, device: named }), { type: 'created', actor: alice, detail: {} });
  const steps = buildSteps({ ...bench.deps, providers: new Map([[provider.id, provider]]) });
  const log = createLogger('test', 'silent');
  const worker = (run: string) => createSaga({ store, steps, clock, log, run, onEnd: async () => undefined });
  let saga = worker('worker-a');
  const has = (type: string) => server.events.filter((event) => event.type === type).length;
  return {
    ...{ clock, device, machine },
    record: () => store.load(id),
    /** The worker dies, and another one goes on. */
    dies() {
      bench.deps.shells.close();
      saga = worker('worker-b');
    },
    /** Looks until `until` is so. @returns the record then */
    async play(until: (record: InstallRecord) => boolean): Promise<InstallRecord> {
      for (let looks = 0; looks < 400; looks += 1) {
        const record = await store.load(id);
        if (until(record)) return record;
        const next = await saga.advance(id, never);
        if (next.kind === 'end') break;
        clock.forward(next.ms);
      }
      throw new Error('that was not seen');
    },
    /** The provider restarts the server now, and what it starts answers. */
    async restarts(release: () => void) {
      const before = has('rescue.completed');
      release();
      await expect.poll(() => has('rescue.completed')).toBe(before + 1);
      clock.forward(20_000);
      device.ssh = 'up';
    },
    async close() {
      await api.close();
      await web.close();
    },
  };
}

describe('a rescue system that first answers between the last look and the restart', () => {
  let install: Awaited<ReturnType<typeof startInstall>>;
  let restart: () => void;

  /** The first entry came to nothing so far, and the provider was asked again: it has not restarted the server yet. */
  beforeEach(async () => {
    install = await startInstall();
    await install.play(({ at }) => at === 'reach');
    await expect.poll(() => install.machine.starts).toEqual(['rescue']);
    await install.play(({ facts }) => {
      restart = install.machine.hold();
      return facts.rescue?.entries === 2;
    });
  });
  afterEach(async () => {
    restart();
    await install.close();
  });

  const waits = ({ journal }: InstallRecord) => journal.find(({ step }) => step === 'reach')?.why;
  const passes = async (ms: number) => {
    const until = install.clock.now() + ms;
    return install.play(() => install.clock.now() >= until);
  };

  it.each([
    ['the worker that has asked', () => undefined],
    ['another worker, by its own clock', () => install.dies()],
  ])('is not taken for the new one by %s', async (_who, meanwhile) => {
    install.device.ssh = 'up';
    meanwhile();
    const record = await passes(120_000);
    expect(record.facts.reach).toBeUndefined();
    expect(waits(record)).toMatch(/what answers now is not it: It runs for longer than its restart was asked for/);
    const old = install.device.bootId;
    await install.restarts(restart);
    const { facts } = await install.play((seen) => seen.at === 'survey');
    expect(facts.reach?.bootId).toBe(install.device.bootId);
    expect(facts.reach?.bootId).not.toBe(old);
    expect(install.machine.starts).toEqual(['rescue', 'rescue']);
  });

  it('is waited out where even its kernel starts after the restart was asked for', async () => {
    install.clock.forward(2_000);
    install.device.restart('rescue');
    install.device.ssh = 'up';
    const record = await passes(5_000);
    expect(record.facts.reach).toBeUndefined();
    expect(waits(record)).toBe('the provider to restart the server');
    await install.restarts(restart);
    const { facts } = await install.play((seen) => seen.at === 'survey');
    expect(facts.reach?.bootId).toBe(install.device.bootId);
  });

  it('is taken in the end where nobody restarts it: a wait is never for ever', async () => {
    install.device.ssh = 'up';
    const asked = install.clock.now();
    const { facts } = await install.play((seen) => seen.at === 'survey');
    expect(facts.reach?.bootId).toBe(install.device.bootId);
    expect(install.clock.now() - asked).toBeGreaterThan(500_000);
    expect(install.machine.starts).toEqual(['rescue']);
  });
});
