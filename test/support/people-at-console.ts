import type { Page } from 'playwright-core';
import type { ConsoleRight } from '../../core/contracts/console-right.ts';
import { type Browser, openBrowser } from './browser.ts';
import type { ConsoleBench } from './console-bench.ts';

/** Slack ids and names of those who come to a console. */
const people = {
  alice: ['U01ALICE', 'Alice Adler'],
  bob: ['U02BOB', 'Bob Berg'],
  carol: ['U03CAROL', 'Carol'],
} as const;
type Name = keyof typeof people;

/** Several people at one console, each with a browser of their own. */
export interface PeopleAtConsole {
  /** Opens the console in that person's browser, by a link of their own. */
  arrive(id: string, who: Name, right?: ConsoleRight): Promise<Page>;
  browsers(): Browser[];
  close(): Promise<void>;
}

export async function openPeople(bench: ConsoleBench, names: readonly Name[]): Promise<PeopleAtConsole> {
  const browsers = new Map<Name, Browser>();
  for (const name of names) browsers.set(name, await openBrowser());
  const browser = (who: Name): Browser => {
    const found = browsers.get(who);
    if (!found) throw new Error(`${who} has no browser`);
    return found;
  };
  return {
    browsers: () => [...browsers.values()],
    async arrive(id, who, right = 'control') {
      const [slackUser, name] = people[who];
      await bench.redis.del('xepa:limit:exchange:127.0.0.1');
      const page = await browser(who).page({ width: 1280, height: 800 });
      const ticket = await bench.tickets.issue({ installId: id, slackUser, name, right, ttlSeconds: 120 });
      await page.goto(`${bench.url}/c#${ticket}`);
      await page.getByRole('button', { name: 'Open console' }).click();
      await page.waitForSelector('body[data-state=connected]');
      await page.locator('#custody').waitFor();
      return page;
    },
    async close() {
      for (const one of browsers.values()) await one.close();
    },
  };
}
