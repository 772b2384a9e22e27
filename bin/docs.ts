/** Rewrites the generated parts of the README: the step table and the configuration table. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fillParts, generatedParts } from './docs/generated.ts';

const readme = join(import.meta.dirname, '../README.md');
const before = readFileSync(readme, 'utf8');
const after = fillParts(before, generatedParts());
writeFileSync(readme, after);
console.log(after === before ? 'README.md was up to date' : 'README.md was rewritten');
