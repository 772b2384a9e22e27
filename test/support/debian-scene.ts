import type { Page } from 'playwright-core';
import { askForInstall, openConsole, slackButton } from '../demo/play.ts';
import { debianInstaller } from '../lab/images/debian-installer.ts';
import { type Browser, openBrowser } from './browser.ts';
import { type CutLine, startCutLine } from './cut-line.ts';
import { freePort } from './free-port.ts';
import { type GuestScreen, guestScreen } from './guest-screen.ts';
import { stalled } from './guest-watch.ts';
import { playScene } from './scene.ts';
import { vgaFont } from './vga-text.ts';
import type { World } from './world.ts';

/** Debian's installer in the lab, at its first question, and the console's page in front of it. */
export interface DebianScene {
  world: World;
  browser: Browser;
  page: Page;
  /** What the guest shows in that page. */
  screen: GuestScreen;
  installId: string;
  /** The way of browsers to the web console. */
  line: CutLine;
  close(): Promise<void>;
}

/** Below this Debian's installer has a low memory mode, in which it asks no language. */
const MEMORY_MB = '864';
/** A minute on a quiet machine. */
const BOOT_MS = 600_000;

export async function openDebianScene(): Promise<DebianScene> {
  const { folder, iso } = await debianInstaller(() => undefined);
  const font = await vgaFont();
  const consolePort = await freePort();
  const closing: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const end of closing.toReversed()) await end();
  };
  try {
    const line = await startCutLine(consolePort);
    closing.push(line.close);
    const browser = await openBrowser();
    closing.push(browser.close);
    const options = {
      lab: { devices: [{ hostname: 'web-01' }], isoFolder: folder },
      product: 'none',
      consolePort: line.port,
      env: { XEPA_VM_MEMORY_MB: MEMORY_MB },
    } as const;
    let seen: Pick<DebianScene, 'page' | 'screen' | 'installId'> | undefined;
    const world = await playScene(options, async (stage) => {
      await stage.start('worker', 'worker-a');
      await stage.start('bot', 'bot');
      // It is reached by the line alone: that is where its public URL leads.
      await stage.start('web-console', 'web-console', { XEPA_CONSOLE_PORT: String(consolePort) });
      seen = await bootInstaller(stage, browser, { url: stage.lab.isoUrl(iso), font });
    });
    closing.unshift(world.stop);
    if (!seen) throw new Error('the scene was not played');
    return { world, browser, line, close, ...seen };
  } catch (error) {
    await close();
    throw error;
  }
}

async function bootInstaller(
  world: World,
  browser: Browser,
  { url, font }: { url: string; font: Awaited<ReturnType<typeof vgaFont>> },
): Promise<Pick<DebianScene, 'page' | 'screen' | 'installId'>> {
  const installId = await askForInstall({ world, device: 'web-01', iso: url, say: () => undefined });
  await slackButton({ world }, 'xepa.console');
  const page = await openConsole({ world, browser });
  await page.setViewportSize({ width: 1280, height: 800 });
  const screen = guestScreen(page, font);
  // Until now nobody has typed anything: a guest that does not come this far is the lab's fault.
  await screen.shows(/\[!!\] Select a language[\s\S]*<Tab> moves/, BOOT_MS).catch(async (error: unknown) => {
    throw await stalled(world, installId, 'before its first question', String(error));
  });
  return { page, screen, installId };
}
