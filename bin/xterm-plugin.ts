import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/** What is changed in xterm.js, and how often it must be found: a new version that moves it fails the build. */
const changes: { what: RegExp; times: number; by: string }[] = [
  // Our policy allows no inline style; `styleSheet` of adopted-style.ts stands in for the <style> element.
  { what: /\b[\w.]+\.createElement\("style"\)/g, times: 3, by: 'styleSheet()' },
  // The same for style attributes. Properties of `style` are allowed.
  {
    what: /(\w+)\.setAttribute\("style",`\$\{\1\.getAttribute\("style"\)\|\|""\}(\$\{\w+\};)`\)/g,
    times: 1,
    by: '$1.style.cssText+=`$2`',
  },
  // What a person types goes to the guest; what the guest asks the terminal gets no answer. The log is shown to several
  // people and more than once, and each time its old questions would be answered into whatever reads the port by then.
  { what: /(triggerDataEvent\((\w+),(\w+)=!1\)\{if\()/g, times: 1, by: '$1!$3||' },
];

/** xterm.js as our content security policy takes it. */
export const tamedXterm: Plugin = {
  name: 'tamed-xterm',
  setup(bundler) {
    bundler.onLoad({ filter: /@xterm[\\/]xterm[\\/]lib[\\/]xterm\.mjs$/ }, async ({ path }) => {
      const code = await readFile(path, 'utf8');
      return { contents: changes.reduce(change, code), loader: 'js' };
    });
  },
};

function change(code: string, { what, times, by }: (typeof changes)[number]): string {
  const found = code.match(what)?.length ?? 0;
  if (found !== times) throw new Error(`xterm.js changed: ${what} was found ${found} times, not ${times}`);
  return code.replace(what, by);
}
