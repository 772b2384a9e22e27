import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { fillParts, generatedParts } from '../bin/docs/generated.ts';
import { stepsWithUndo } from '../bin/docs/step-table.ts';
import { stepNames } from '../core/contracts/step-name.ts';
import { adapters } from '../worker/providers/index.ts';
import { readSources, readText, type Source, specifiersOf } from './support/sources.ts';

const processes = ['bot', 'worker', 'web-console'];
const product = readSources(['core', ...processes]);
const everything = [...product, ...readSources(['bin', 'test'])];

/** Modules through which the outside world is reached. */
const outside =
  /^(node:(fs|net|tls|http|https|http2|dgram|dns|child_process|worker_threads|cluster)(\/|$)|ssh2|ioredis|bullmq|ws|express|@slack\/)/;

/** Packages that only the named places may import. */
const fences: [RegExp, (path: string) => boolean][] = [
  [/^ssh2$/, (path) => path.startsWith('core/ssh/')],
  [/^bullmq$/, (path) => path === 'core/queues.ts' || path === 'worker/processor.ts'],
  [/^@slack\//, (path) => path.startsWith('bot/')],
  [/^(express|ws|helmet|@simplewebauthn\/.*)$/, (path) => path.startsWith('web-console/')],
  [/^node:child_process$/, (path) => path === 'core/embedded-redis.ts' || path === 'worker/ping.ts'],
];

describe('imports', () => {
  test.each([
    ['core imports nothing of ours but core', /^core\//, /^core\//],
    ['contracts know nothing but contracts', /^core\/contracts\//, /^core\/contracts\//],
    ['the bot imports core and itself', /^bot\//, /^(core|bot)\//],
    ['the worker imports core and itself', /^worker\//, /^(core|worker)\//],
    ['the web console imports core and itself', /^web-console\//, /^(core|web-console)\//],
    ['the engine knows no steps, hosts or providers', /^worker\/saga\//, /^(core|worker\/saga)\//],
    ['host commands know contracts, commands and errors only', /^worker\/host\//, /^(core|worker\/host)\//],
    [
      'steps use the engine by its types only',
      /^worker\/steps\//,
      /^(core\/|worker\/(steps|host|providers)\/|worker\/saga\/step\.ts|worker\/shell-pool\.ts)/,
    ],
    [
      'a provider knows no step, host command or engine',
      /^worker\/providers\//,
      /^(core\/|worker\/providers\/|worker\/config\.ts)/,
    ],
  ])('%s', (_rule, from, allowed) => {
    const sources = product.filter(({ path }) => from.test(path));
    expect(sources.length).toBeGreaterThan(0);
    expect(importsOutside(sources, allowed)).toEqual([]);
  });

  test.each([
    ['host commands', /^worker\/host\//],
    ['the engine', /^worker\/saga\//],
    ['views', /^bot\/views\//],
    ['the policy', /^bot\/policy(\.ts$|\/)/],
    ['the rules of Block Kit', /^bot\/block-kit\//],
    ['contracts', /^core\/contracts\//],
  ])('there is no I/O in %s', (_what, from) => {
    const sources = product.filter(({ path }) => from.test(path));
    expect(sources.length).toBeGreaterThan(0);
    const found = sources.flatMap(({ path, loaded }) =>
      loaded.filter((name) => outside.test(name)).map((name) => `${path} imports ${name}`),
    );
    expect(found).toEqual([]);
  });

  test('each outside package has its place', () => {
    const strays = product.flatMap(({ path, packages }) =>
      packages
        .filter((name) => fences.some(([fenced, mayImport]) => fenced.test(name) && !mayImport(path)))
        .map((name) => `${path} imports ${name}`),
    );
    expect(strays).toEqual([]);
  });

  test('the reader of imports sees every way to import', () => {
    const text = [
      "import { a } from './a.ts';",
      "import type { B } from './b.ts';",
      "import {\n  c,\n  type D,\n} from './c.ts';",
      "import './d.ts';",
      "export { e } from './e.ts';",
      "const f = await import('./f.ts');",
    ].join('\n');
    expect(specifiersOf(text).sort()).toEqual(['./a.ts', './b.ts', './c.ts', './d.ts', './e.ts', './f.ts']);
    expect(specifiersOf(text, 'loaded')).not.toContain('./b.ts');
  });
});

describe('providers', () => {
  // `ssh` is an ordinary word as well: of it only comparisons count.
  const named = adapters.map(({ about: { id } }) => (id === 'ssh' ? `[!=]== '${id}'` : id.split('-')[0]));
  const outside = product.filter(({ path }) => !path.startsWith('worker/providers/') && path !== 'worker/config.ts');

  test('are named nowhere but in their own folders: all else acts on what they declare', () => {
    const pattern = new RegExp(named.join('|'), 'i');
    expect(outside.filter(({ path }) => pattern.test(readText(path))).map(({ path }) => path)).toEqual([]);
    expect(pattern.test(readText('worker/providers/equinix-metal/index.ts'))).toBe(true);
  });

  test('have a folder, an id and a switch of their own', () => {
    const ids = adapters.map(({ about }) => about.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(adapters.map(({ needs: [first] }) => first)).size).toBe(ids.length);
    const folders = new Set(product.flatMap(({ path }) => /^worker\/providers\/([^/]+)\//.exec(path)?.[1] ?? []));
    expect([...folders].toSorted()).toEqual(ids.toSorted());
  });
});

/** Files of core with one user, and why they live there all the same. */
const fencedIn: [RegExp, string][] = [
  [/^core\/ssh\//, 'nothing outside of this folder may import ssh2'],
  [/^core\/embedded-redis\.ts$/, 'of the command, and the one file of the product that may start a process'],
];

describe('core', () => {
  test('holds only what two processes need, or what such a file needs', () => {
    const users = new Map(product.map(({ path }) => [path, usersOf(path)]));
    const lonely = product.filter(
      ({ path }) =>
        path.startsWith('core/') && !fencedIn.some(([files]) => files.test(path)) && (users.get(path)?.size ?? 0) < 2,
    );
    expect(lonely.map(({ path }) => `${path} is used by ${[...(users.get(path) ?? [])].join() || 'nobody'}`)).toEqual(
      [],
    );
  });
});

describe('files', () => {
  test('have at most 300 lines', () => {
    const long = everything.filter(({ lines }) => lines > 300).map(({ path, lines }) => `${path}: ${lines} lines`);
    expect(long).toEqual([]);
  });
});

describe('packages', () => {
  const Package = z.looseObject({
    dependencies: z.record(z.string(), z.string()).default({}),
    devDependencies: z.record(z.string(), z.string()).default({}),
    optionalDependencies: z.record(z.string(), z.string()).default({}),
  });
  const own = Package.parse(JSON.parse(readText('package.json')));
  const Lock = z.looseObject({ packages: z.record(z.string(), Package) });
  const locked = Lock.parse(JSON.parse(readText('package-lock.json'))).packages;

  test('are pinned to exact versions', () => {
    const all = { ...own.dependencies, ...own.devDependencies, ...own.optionalDependencies };
    expect(Object.entries(all).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  test('are all in the lock file, also those of other platforms', () => {
    const places = Object.keys(locked);
    const missing = Object.entries(locked).flatMap(([place, { optionalDependencies }]) =>
      Object.keys(optionalDependencies)
        .filter((name) => !places.some((other) => other.endsWith(`node_modules/${name}`)))
        .map((name) => `${place} wants ${name}`),
    );
    expect(missing).toEqual([]);
  });
});

describe('what code writes of the documents', () => {
  test.each(Object.entries(generatedParts()))(
    '%s is up to date with the code: run `node bin/docs.ts`',
    (file, parts) => {
      expect(fillParts(readText(file), parts)).toBe(readText(file));
    },
  );

  test('says of the right steps that they can be undone', () => {
    const withUndo = stepNames.filter((name) =>
      /^ {4}(?:async )?undo\b|^\s+undo[:(]/m.test(readText(`worker/steps/${name}.ts`)),
    );
    expect(stepsWithUndo).toEqual(withUndo);
  });
});

function importsOutside(sources: readonly Source[], allowed: RegExp): string[] {
  return sources.flatMap(({ path, files }) =>
    files.filter((file) => !allowed.test(file)).map((file) => `${path} imports ${file}`),
  );
}

/** The processes that reach a file, directly or by way of other files of core; the command counts as one. */
function usersOf(path: string, seen = new Set<string>()): Set<string> {
  const users = new Set<string>();
  if (seen.has(path)) return users;
  seen.add(path);
  for (const source of everything) {
    if (!source.files.includes(path) || source.path.startsWith('test/')) continue;
    const [top = ''] = source.path.split('/');
    if (top !== 'core') users.add(top);
    else for (const user of usersOf(source.path, seen)) users.add(user);
  }
  return users;
}
