import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { type ConsoleBench, startConsoleBench } from './console-bench.ts';
import { openPeople, type PeopleAtConsole } from './people-at-console.ts';
import { startTinyVm, type TinyVm } from './tiny-vm.ts';

/** People with browsers, in front of an install whose VM is a real one. */
export interface PeopleStage {
  bench: ConsoleBench;
  there: PeopleAtConsole;
  vm: TinyVm;
  /** Keeps a picture of a page, where `XEPA_PICTURES` names a folder. */
  shoot(page: Page, name: string): Promise<void>;
  close(): Promise<void>;
}

export async function openPeopleStage(
  id: string,
  names: Parameters<typeof openPeople>[1],
  given: Partial<InstallRecord> = {},
): Promise<PeopleStage> {
  const pictures = process.env.XEPA_PICTURES;
  if (pictures !== undefined) mkdirSync(pictures, { recursive: true });
  const bench = await startConsoleBench();
  const vm = await startTinyVm(bench.dir, id);
  await bench.install(id, given);
  const there = await openPeople(bench, names);
  return {
    bench,
    there,
    vm,
    async shoot(page, name) {
      if (pictures !== undefined) await page.screenshot({ path: join(pictures, `${name}.png`) });
    },
    async close() {
      await there.close();
      await vm.stop();
      await bench.close();
    },
  };
}
