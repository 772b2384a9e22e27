import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import type { MachineView } from '../../web-console/machine-contract.ts';
import type { PageState } from '../../web-console/page-contract.ts';
import { type ConsoleBench, startConsoleBench } from './console-bench.ts';
import { chooseFile, type DiscPage, letServe, openDiscPage } from './disc-page.ts';
import { tinyIso } from './tiny-guest.ts';
import { startTinyVm, type TinyVm } from './tiny-vm.ts';

/** Bytes of the file that is served: a disc that boots E, and zeroes behind it. */
export const large = 6 * 1024 ** 3;
const iso = tinyIso('E');

/** What each test has of its own. */
interface Turn {
  vm: TinyVm;
  at: { installId: string; cookie: string };
}

/** A console, a real VM at each test, and somebody with control whose page may serve `rescue.iso`. */
class DiscStage {
  readonly #pages: DiscPage[] = [];
  #bench: ConsoleBench | null = null;
  #turn: Turn | null = null;
  #count = 0;

  get bench(): ConsoleBench {
    return here(this.#bench);
  }

  get vm(): TinyVm {
    return here(this.#turn).vm;
  }

  /** The install, and the cookie of the person. */
  get at(): Turn['at'] {
    return here(this.#turn).at;
  }

  async start(): Promise<void> {
    this.#bench = await startConsoleBench();
  }

  async begin(): Promise<void> {
    this.#count += 1;
    this.#turn = await setUp(this.bench, `xe-bd${this.#count}`);
  }

  async end(): Promise<void> {
    for (const page of this.#pages.splice(0)) page.cut();
    await this.vm.stop();
  }

  post(what: string, body: unknown): Promise<Response> {
    return this.bench.ask(`/api/console/${this.at.installId}/${what}`, { cookie: this.at.cookie, body });
  }

  async done(what: string, body: unknown): Promise<MachineView> {
    const response = await this.post(what, body);
    const answer = await response.json();
    expect(response.status, JSON.stringify(answer)).toBe(200);
    return answer as MachineView;
  }

  async state(cookie = this.at.cookie): Promise<PageState> {
    const response = await this.bench.ask(`/api/console/${this.at.installId}/state`, { cookie });
    return (await response.json()) as PageState;
  }

  async look(): Promise<MachineView> {
    const { installId, cookie } = this.at;
    const response = await this.bench.ask(`/api/console/${installId}/machine`, { cookie });
    return (await response.json()) as MachineView;
  }

  /** The file was chosen, and may be served. */
  async choose(): Promise<void> {
    expect((await chooseFile(this.bench, this.at, { name: 'rescue.iso', bytes: large })).status).toBe(200);
    await letServe(this.bench, this.at.installId);
  }

  async open(at: { url?: string; cookie?: string; installId?: string } = {}): Promise<DiscPage> {
    return this.keep(await openDiscPage(this.bench, { ...this.at, ...at }, content));
  }

  /** Is cut when the test ends. */
  keep(page: DiscPage): DiscPage {
    this.#pages.push(page);
    return page;
  }

  insert(): Promise<MachineView> {
    return this.done('media', { action: 'insert', disc: 'browser', force: true });
  }
}

function content(offset: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  iso.copy(bytes, 0, Math.min(offset, iso.length), Math.min(offset + length, iso.length));
  return bytes;
}

/** Sets it up for every test of the file. */
export function useDiscStage(): DiscStage {
  const stage = new DiscStage();
  beforeAll(() => stage.start());
  beforeEach(() => stage.begin());
  afterEach(() => stage.end());
  afterAll(() => stage.bench.close());
  return stage;
}

function here<T>(part: T | null): T {
  if (part === null) throw new Error('the stage is set up before each test');
  return part;
}

async function setUp(bench: ConsoleBench, installId: string): Promise<Turn> {
  mkdirSync(join(bench.dir, installId));
  const vm = await startTinyVm(bench.dir, installId);
  const media = { path: vm.own, bytes: 1, sha256: 'ab', label: 'TINY', boots: ['bios' as const] };
  await bench.install(installId);
  await bench.store.update(installId, (now) => ({
    record: { ...now, facts: { ...now.facts, media } },
    note: { type: 'facts-saved', actor: { via: 'system', id: 'test' }, detail: {} },
  }));
  const cookie = await bench.enter(installId);
  // The limits of a person are tests of their own.
  for (const key of await bench.redis.keys('xepa:limit:console-action:*')) await bench.redis.del(key);
  await bench.redis.del('xepa:browser-disc:of:U01ALICE');
  return { vm, at: { installId, cookie } };
}
