import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openBrowser } from '../support/browser.ts';
import { startWorld, type World } from '../support/world.ts';
import { type Played, playInstall } from './play.ts';
import { timeline } from './timeline.ts';

const usage = `npm run demo [-- --auto] [-- --pictures FOLDER]
Starts a metal cloud, a Slack look-alike and XEPA on this machine. With --auto it plays a whole install by itself.`;

const { values } = parseArgs({
  options: {
    auto: { type: 'boolean', default: false },
    pictures: { type: 'string', default: 'demo-output' },
    help: { type: 'boolean', default: false },
  },
});

const began = Date.now();
const say = (line: string) => console.log(`[${((Date.now() - began) / 1_000).toFixed(0).padStart(4)} s] ${line}`);

if (values.help) console.log(usage);
else process.exit(await demo());

async function demo(): Promise<number> {
  const interrupted = new Promise<'interrupted'>((done) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => done('interrupted'));
  });
  let world: World | undefined;
  try {
    say('Starting the metal cloud, the Slack look-alike and XEPA …');
    world = await startWorld({
      lab: { devices: [{ hostname: 'web-01', tags: ['prod'], content: 'installed-system' }] },
      product: 'one',
      progress: say,
      ...(values.auto ? {} : { slackPort: 4040, consolePort: 8080 }),
    });
    say('Everything runs.');
    if (values.auto) return report(await Promise.race([auto(world), interrupted]));
    console.log(welcome(world));
    await interrupted;
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.stack : error);
    return 1;
  } finally {
    say('Cleaning up …');
    await world?.stop();
  }
}

async function auto(world: World): Promise<Played> {
  const browser = await openBrowser();
  try {
    const folder = resolve(values.pictures);
    return await playInstall({ world, browser, device: 'web-01', iso: 'mini-ask', folder, say });
  } finally {
    await browser.close();
  }
}

function report(played: Played | 'interrupted'): number {
  if (played === 'interrupted') return 1;
  const { record, proof, pictures } = played;
  say(`Install ${record.id} ended: ${record.phase}.`);
  console.log(
    ['', 'Timeline:', ...timeline(record), '', 'Pictures:', ...pictures.map((path) => `  ${path}`)].join('\n'),
  );
  console.log(`\nThe metal says, from its own disk:\n  ${proof}\n`);
  return record.phase === 'done' && record.facts.verify?.up === true ? 0 : 1;
}

function welcome(world: World): string {
  return `
Slack look-alike   ${world.slack.url}      (choose a person in the corner: alice asks, bob approves)
Web console        ${world.consoleUrl}      (opened by the link that Slack gives you)
Provider's API     ${world.lab.apiUrl}
Server's serial    ${world.lab.devices[0]?.machine.serial.path ?? ''}

Type in #ops, as alice:
  /xepa help
  /xepa install web-01 --iso mini-ask --reason "CHG-1 trying it out"
then press Approve as bob, "Get console link" as alice, and Enter in the installer.

Ctrl-C stops everything and cleans up.`;
}
