import { expect, vi } from 'vitest';
import type { ConsoleRight } from '../../core/contracts/console-right.ts';
import { startFakeVnc } from '../fakes/fake-vnc.ts';
import { type ConsoleBench, secret, startConsoleBench } from './console-bench.ts';
import { type ConsoleProcess, startConsoleProcess } from './console-process.ts';
import { type LawfulViewer, lawfulViewer } from './lawful-viewer.ts';

/** A console process that is attacked while somebody works at it. */
export interface Siege {
  bench: ConsoleBench;
  console: ConsoleProcess;
  /** The install that the lawful viewer has open. */
  held: string;
  viewer: LawfulViewer;
  /** One more install with a live screen. */
  install(id: string): Promise<void>;
  /** A link's ticket; the log must not have it. */
  ticket(id: string, user?: string, right?: ConsoleRight): Promise<string>;
  /** A browser's Cookie header; the log must not have it. */
  enter(id: string, user?: string, right?: ConsoleRight): Promise<string>;
  /** A POST to the console process, of our page unless headers say otherwise. */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  /** Passes when the lawful viewer gets answers and pictures as before. */
  goesOn(): Promise<void>;
  /** Lines of the log with this text. */
  logged(text: string): string[];
  /** Passes when no ticket, cookie or secret of this siege stands in the log. */
  toldNobody(): void;
  end(): Promise<void>;
}

export async function startSiege(env: Record<string, string> = {}): Promise<Siege> {
  const bench = await startConsoleBench();
  const vncs: { close(): Promise<void> }[] = [];
  const secrets = [secret];
  const install = async (id: string) => {
    vncs.push(await startFakeVnc(`${bench.dir}/${id}.vnc`, { mode: 'live' }));
    await bench.install(id);
  };
  const remembering = async (making: Promise<string>) => {
    const made = await making;
    secrets.push(made.slice(made.lastIndexOf('=') + 1));
    return made;
  };
  const held = 'xe-held';
  await install(held);
  const console = await startConsoleProcess(bench, { publicUrl: bench.url, env });
  const cookie = await remembering(bench.enter(held));
  const viewer = await lawfulViewer(bench, { at: console.at, origin: bench.url, installId: held, cookie });
  return {
    ...{ bench, console, held, viewer, install },
    ticket: (id, user, right) => remembering(bench.ticket(id, user, right)),
    enter: (id, user, right) => remembering(bench.enter(id, user, right)),
    async post(path, body, headers = {}) {
      await bench.redis.del('xepa:limit:exchange:127.0.0.1');
      const ours = { 'Content-Type': 'application/json', 'X-Xepa': '1', Origin: bench.url };
      return fetch(console.at + path, { method: 'POST', headers: { ...ours, ...headers }, body: JSON.stringify(body) });
    },
    async goesOn() {
      const [answers, seen] = [viewer.answers(), viewer.seen()];
      await vi.waitFor(
        () => {
          expect(viewer.isThere()).toBe(true);
          expect(viewer.answers()).toBeGreaterThan(answers + 1);
          expect(viewer.seen()).toBeGreaterThan(seen);
        },
        { timeout: 10_000 },
      );
    },
    logged: (text) =>
      console
        .log()
        .split('\n')
        .filter((line) => line.includes(`"msg":"${text}"`)),
    toldNobody() {
      const log = console.log();
      expect(secrets.filter((each) => log.includes(each))).toEqual([]);
    },
    async end() {
      viewer.leave();
      await console.stop();
      for (const vnc of vncs) await vnc.close();
      await bench.close();
    },
  };
}
