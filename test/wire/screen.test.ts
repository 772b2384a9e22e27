import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isBlank } from '../../worker/host/pixels.ts';
import { fetchScreen } from '../../worker/host/screen.ts';
import { vmLogs } from '../../worker/host/vm-logs.ts';
import { vmPaths } from '../../worker/host/vm-paths.ts';
import { asPicture, lookAtScreen } from '../../worker/steps/screen.ts';
import { openBrowser } from '../support/browser.ts';
import { failureOf } from '../support/failure-of.ts';
import { useSshScene } from '../support/ssh-scene.ts';

const scene = useSshScene();
let vm: ChildProcess | undefined;

afterEach(async () => {
  const running = vm;
  vm = undefined;
  if (!running || running.exitCode !== null) return;
  const ended = once(running, 'exit');
  running.kill('SIGKILL');
  await ended;
});

const limit = () => AbortSignal.timeout(20_000);

describe('the screen of a real QEMU, behind SSH', () => {
  beforeEach(async () => {
    const { qmp } = vmPaths(scene.home);
    const argv = ['-machine', 'q35', '-accel', 'tcg', '-m', '64M', '-nodefaults', '-vga', 'std', '-display', 'none'];
    vm = spawn('qemu-system-x86_64', [...argv, '-qmp', `unix:${qmp},server=on,wait=off`], { stdio: 'ignore' });
    await expect.poll(() => existsSync(qmp), { timeout: 10_000 }).toBe(true);
  });

  it('is fetched again and again, leaves no file, and its picture is one to a browser', async () => {
    const look = () => lookAtScreen(scene.shell, scene.home, limit());
    // SeaBIOS says its name within a second or two; before that QEMU says in a picture of its own that nobody has.
    const says = async () => {
      const seen = await look();
      return [seen.width, seen.height, isBlank(seen)];
    };
    await expect.poll(says, { timeout: 15_000, interval: 200 }).toEqual([720, 400, false]);
    const pixels = await look();
    expect((await readdir(scene.home)).filter((name) => name.includes('ppm'))).toEqual([]);
    const png = await asPicture(pixels);
    expect(await readInBrowser(png)).toEqual({ width: 720, height: 400, rgb: [...pixels.rgb] });
  });
});

describe('what a device sends as a screen', () => {
  it.each([
    ['there is no file', 0],
    ['the file is larger than a screen can be', 17 * 1024 * 1024],
  ])('is refused when %s', async (_what, size) => {
    const { screen } = vmPaths(scene.home);
    if (size > 0) await writeFile(screen, Buffer.alloc(size));
    const error = await failureOf(scene.shell.exec(fetchScreen(screen)));
    expect(error).toMatchObject({ code: 'vm-failed', message: `the screendump is a file of ${size} bytes` });
    expect(existsSync(screen)).toBe(false);
  });

  it('is not waited for without end', async () => {
    await expect(lookAtScreen(scene.shell, scene.home, AbortSignal.abort())).rejects.toThrow();
  });
});

describe('the logs of a VM', () => {
  it('are read from their ends, the newest lines, whatever bytes are in them', async () => {
    const { serialLogs, log } = vmPaths(scene.home);
    const noise = Buffer.concat([Buffer.alloc(100_000, 0xff), Buffer.from('\n## xepa end\nlast but one\nlast\n')]);
    await writeFile(serialLogs[0], noise);
    await writeFile(log, 'qemu says password=hunter2\n');
    expect(await scene.shell.exec(vmLogs(scene.home, 2))).toEqual({
      serial: 'last but one\nlast',
      qemu: 'qemu says password=[redacted]',
    });
    expect(join(scene.home, 'serial1.log')).toBe(serialLogs[1]);
  });
});

/** The picture as Chromium decodes it. */
async function readInBrowser(png: Buffer): Promise<{ width: number; height: number; rgb: number[] }> {
  const browser = await openBrowser();
  try {
    const page = await browser.page();
    // Text, since the type checker of this side knows no canvas.
    const read = `(async () => {
      const bytes = Uint8Array.from(atob('${png.toString('base64')}'), (char) => char.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }), { colorSpaceConversion: 'none' });
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
      const context = canvas.getContext('2d');
      context.drawImage(bitmap, 0, 0);
      const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
      return { width: bitmap.width, height: bitmap.height, rgb: [...data].filter((_, index) => index % 4 !== 3) };
    })()`;
    return await page.evaluate<{ width: number; height: number; rgb: number[] }>(read);
  } finally {
    await browser.close();
  }
}
