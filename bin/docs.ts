/** Rewrites what code writes of our documents: tables of steps, settings and providers. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fillParts, generatedParts } from './docs/generated.ts';

for (const [name, parts] of Object.entries(generatedParts())) {
  const file = join(import.meta.dirname, '..', name);
  const before = readFileSync(file, 'utf8');
  const after = fillParts(before, parts);
  writeFileSync(file, after);
  console.log(after === before ? `${name} was up to date` : `${name} was rewritten`);
}
