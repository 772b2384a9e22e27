import { botSettings } from '../../bot/config.ts';
import { ConsoleSettings } from '../../web-console/config.ts';
import { workerSettings } from '../../worker/config.ts';
import { dataFolder } from '../cli/config.ts';
import { providerTable } from './provider-table.ts';
import { rescueTable } from './rescue-table.ts';
import { settingsTable } from './settings-table.ts';
import { stepTable } from './step-table.ts';

/** The parts that code writes, by the file that they stand in and the name of their markers. */
export function generatedParts(): Record<string, Record<string, string>> {
  const settings = settingsTable([
    { process: 'bot', shape: botSettings },
    { process: 'worker', shape: workerSettings.shape },
    { process: 'web-console', shape: ConsoleSettings.shape },
    { process: '`npm start`', shape: dataFolder },
  ]);
  return {
    'README.md': { settings, steps: stepTable() },
    'docs/providers.md': { providers: providerTable() },
    'docs/rescue.md': { packages: rescueTable() },
  };
}

/**
 * Puts each part between its markers, `<!-- name -->` and `<!-- /name -->`.
 * @throws Error when a pair of markers is not there exactly once
 */
export function fillParts(text: string, parts: Readonly<Record<string, string>>): string {
  let filled = text;
  for (const [name, body] of Object.entries(parts)) {
    const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
    const [before, inside, ...more] = filled.split(open);
    const [, after, ...rest] = inside?.split(close) ?? [];
    if (before === undefined || after === undefined || more.length + rest.length > 0) {
      throw new Error(`the text needs ${open} … ${close} exactly once`);
    }
    filled = `${before}${open}\n${body}\n${close}${after}`;
  }
  return filled;
}
