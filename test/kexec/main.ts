/**
 * `npm run test:kexec`: installs on a server whose rescue kernel was started without the IOMMU, so that it is started anew with
 * it on; and once for each way in which that may go wrong. Exit code 1 when one of them did not end as it should.
 */
import { parseArgs } from 'node:util';
import { playKexec } from './play.ts';
import { chosenStarts, type StartName, starts } from './starts.ts';

const usage = `npm run test:kexec [-- --only up,hangs]
Each takes four to ten minutes:
${Object.entries(starts)
  .map(([name, { title }]) => `  ${name.padEnd(10)}${title}`)
  .join('\n')}`;

const { values } = parseArgs({
  options: { only: { type: 'string' }, help: { type: 'boolean', default: false } },
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
if (values.help) console.log(usage);
else process.exit((await playAll(chosenStarts(values.only))) ? 0 : 1);

async function playAll(names: readonly StartName[]): Promise<boolean> {
  let good = true;
  for (const [index, name] of names.entries()) {
    console.log(`== ${index + 1}/${names.length} ${name}: ${starts[name].title}`);
    good = (await playOne(name)) && good;
  }
  return good;
}

async function playOne(name: StartName): Promise<boolean> {
  const began = Date.now();
  const say = (line: string) => console.log(`${Math.round((Date.now() - began) / 1000)} s  ${line}`);
  try {
    await playKexec(starts[name], say);
    say(`== ${name}: as it should be`);
    return true;
  } catch (error) {
    console.error(error);
    say(`== ${name}: FAILED`);
    return false;
  }
}
