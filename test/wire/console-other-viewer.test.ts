import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ConsoleBench, startConsoleBench } from '../support/console-bench.ts';
import { type NativeBridge, startNativeBridge } from '../support/native-bridge.ts';
import { type PatternVm, startPatternVm } from '../support/pattern-vm.ts';
import { holds, readXwd } from '../support/pixels.ts';

/** TigerVNC's viewer, in an X server without a screen, looks at a real QEMU through the whole console. */
const viewer = ['/usr/bin/xtigervncviewer', '/usr/bin/vncviewer'].find((path) => existsSync(path));
const xvfb = '/usr/bin/Xvfb';
const missing = [...(viewer ? [] : ['tigervnc-viewer']), ...(existsSync(xvfb) ? [] : ['xvfb'])];
const id = 'xe-other';
/** The viewer's window, with whatever its toolkit leaves free around it. */
const WINDOW = { width: 720, height: 480 };

describe.skipIf(missing.length > 0)(
  missing.length > 0
    ? `SKIPPED, for want of the Debian packages ${missing.join(' and ')}`
    : 'a VNC client that is not ours',
  () => {
    let bench: ConsoleBench;
    let vm: PatternVm;
    let bridge: NativeBridge;
    let folder: string;
    const programs: ChildProcess[] = [];

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'xepa-x-'));
      bench = await startConsoleBench();
      vm = await startPatternVm(`${bench.dir}/${id}`);
      await bench.install(id);
      const cookie = await bench.enter(id);
      bridge = await startNativeBridge((onMessage) => bench.screen(id, { cookie, onMessage }));
    }, 90_000);
    afterAll(async () => {
      for (const program of programs.toReversed()) await ended(program);
      await bridge.close();
      await vm.stop();
      await bench.close();
      await rm(folder, { recursive: true, force: true });
    });

    it('sees the picture that QEMU shows, pixel by pixel', async () => {
      const display = await startX(folder, programs);
      const shown = await vm.picture();
      const env = { PATH: process.env.PATH ?? '', HOME: folder, DISPLAY: display };
      const options = [
        '-SecurityTypes=None',
        '-Shared=1',
        '-RemoteResize=0',
        '-AutoSelect=0',
        '-PreferredEncoding=ZRLE',
      ];
      const argv = [...options, `127.0.0.1::${bridge.port}`];
      programs.push(spawn(viewer ?? 'vncviewer', argv, { env, stdio: 'ignore' }));
      const screen = () => readXwd(readFileSync(join(folder, 'Xvfb_screen0')), WINDOW);
      // It covers a part with a hint about its menu for some seconds.
      await vi.waitFor(() => expect(holds(screen(), shown)).toBe(true), { timeout: 40_000, interval: 500 });
      const off = { ...shown, rgb: Buffer.from(shown.rgb) };
      off.rgb[300_000] = (shown.rgb[300_000] ?? 0) ^ 1;
      expect(holds(screen(), off)).toBe(false);
    }, 90_000);
  },
);

/** An X server of its own number; its screen is so large that its pointer stands beside the viewer's window. */
async function startX(folder: string, programs: ChildProcess[]): Promise<string> {
  const argv = ['-displayfd', '1', '-screen', '0', '2000x1600x24', '-fbdir', folder, '-nolisten', 'tcp'];
  const server = spawn(xvfb, argv, { stdio: ['ignore', 'pipe', 'ignore'] });
  programs.push(server);
  for await (const line of createInterface({ input: server.stdout })) return `:${line.trim()}`;
  throw new Error('Xvfb ended before it had a display');
}

async function ended(program: ChildProcess): Promise<void> {
  if (program.exitCode !== null || program.signalCode !== null) return;
  program.kill();
  await once(program, 'exit');
}
