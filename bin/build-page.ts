import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import { tamedXterm } from './xterm-plugin.ts';

/**
 * Builds the console's page: `node bin/build-page.ts [FOLDER]`. Writes four HTML files and `assets/`, whose file names
 * carry a hash of their content, so that browsers may keep them for ever.
 */
const source = fileURLToPath(new URL('../web-console/public/', import.meta.url));
const target = process.argv[2] ?? 'dist/web-console/public';
const pages = ['open', 'console', 'passkey', 'player'];

/**
 * noVNC 1.7 probes for an H.264 decoder in a top-level await that never ends on some phones (novnc/noVNC#2034).
 * QEMU's VNC has no H.264, so the probe goes. The build fails when a new noVNC moves it.
 */
const withoutH264Probe: Plugin = {
  name: 'without-h264-probe',
  setup(bundler) {
    bundler.onLoad({ filter: /@novnc[\\/]novnc[\\/]core[\\/]util[\\/]browser\.js$/ }, async ({ path }) => {
      const code = await readFile(path, 'utf8');
      const probe = /^supportsWebCodecsH264Decode = await .*;$/m;
      if (!probe.test(code)) throw new Error('noVNC changed: look at its H.264 probe again');
      return { contents: code.replace(probe, ''), loader: 'js' };
    });
  },
};

await rm(target, { recursive: true, force: true });
await mkdir(join(target, 'assets'), { recursive: true });
const common = {
  outdir: join(target, 'assets'),
  entryNames: '[name]-[hash]',
  bundle: true,
  minify: true,
  target: 'es2022',
  legalComments: 'linked',
  metafile: true,
} satisfies BuildOptions;
const built = await build({
  ...common,
  entryPoints: [...pages.map((page) => join(source, `${page}.ts`)), join(source, 'page.css'), join(source, 'icon.svg')],
  format: 'iife',
  loader: { '.svg': 'copy' },
  plugins: [withoutH264Probe],
});
// A module, which the console imports once somebody looks at a serial port.
const onDemand = await build({
  ...common,
  entryPoints: [join(source, 'serial-terminal.ts')],
  format: 'esm',
  inject: [join(source, 'adopted-style.ts')],
  loader: { '.css': 'text' },
  plugins: [tamedXterm],
});
const names = new Map([...builtNames(built.metafile), ...builtNames(onDemand.metafile)]);
for (const page of pages) {
  const html = await readFile(join(source, `${page}.html`), 'utf8');
  await writeFile(join(target, `${page}.html`), withBuiltNames(html, names));
}
console.log(`The console's page is in ${target}.`);

/** Source file name → built file name. */
function builtNames(meta: Metafile): Map<string, string> {
  const found = new Map<string, string>();
  for (const [file, output] of Object.entries(meta.outputs)) {
    if (output.entryPoint !== undefined) found.set(basename(output.entryPoint), basename(file));
  }
  return found;
}

/** Replaces each `{{file}}` in the HTML by the address of what was built from it. */
function withBuiltNames(html: string, found: Map<string, string>): string {
  return html.replace(/\{\{([\w.-]+)\}\}/g, (_all, name: string) => {
    const file = found.get(name);
    if (file === undefined) throw new Error(`${name} is named in the HTML but was not built`);
    return `/assets/${file}`;
  });
}
