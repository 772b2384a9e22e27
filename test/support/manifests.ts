import { execFile } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';

const run = promisify(execFile);

/** What every object of Kubernetes has; the rest is checked by its own type. */
const Manifest = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string() }),
});
export type Manifest = z.infer<typeof Manifest>;

/** The documents that `helm template` printed. */
export function readManifests(text: string): Manifest[] {
  return parseAllDocuments(text)
    .map((document): unknown => document.toJS())
    .filter((document) => document !== null)
    .map((document) => Manifest.parse(document));
}

/**
 * Checks manifests against the types of the Kubernetes API by the TypeScript compiler: unlike lint it finds
 * unknown keys and wrong value types at any depth.
 * @returns the compiler's complaints, empty when there are none
 */
export async function typeErrors(name: string, manifests: readonly Manifest[]): Promise<string> {
  // Inside the repository, so that the types are found in node_modules.
  const folder = resolve('.lab/manifest-types', `${name}-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  try {
    writeFileSync(join(folder, 'manifests.ts'), manifests.map(typedSource).join('\n'));
    // types: [] keeps the compiler from loading every @types package there is.
    const compilerOptions = { target: 'es2023', module: 'nodenext', strict: true, noEmit: true, skipLibCheck: true };
    const config = { compilerOptions: { ...compilerOptions, types: [] }, include: ['manifests.ts'] };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    await run(resolve('node_modules/.bin/tsc'), ['-p', folder, '--pretty', 'false']);
    return '';
  } catch (thrown) {
    const { stdout = '', message = '' } = thrown as { stdout?: string; message?: string };
    return stdout || message;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function typedSource(manifest: Manifest, index: number): string {
  const type = `I${manifest.kind}`;
  const module = `kubernetes-models/${manifest.apiVersion}/${manifest.kind}`;
  return [
    `import type { ${type} as T${index} } from '${module}';`,
    `export const d${index}: T${index} = ${JSON.stringify(manifest, null, 2)};`,
  ].join('\n');
}
