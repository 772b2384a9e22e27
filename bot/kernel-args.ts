import { badInput } from './bad-input.ts';

const MOST = 500;

/**
 * What somebody adds to the installer's kernel command line.
 * @throws XepaError bad-input
 */
export function kernelArgsWished(typed: string | undefined): { kernelArgs?: string } {
  if (typed === undefined) return {};
  const args = typed.trim().replace(/\s+/g, ' ');
  if (!/^[\x20-\x7e]+$/.test(args) || args.length > MOST) {
    throw badInput(
      `\`--kernel-args\` takes up to ${MOST} characters of plain ASCII, such as \`"console=ttyS1,115200"\`.`,
    );
  }
  if (/:\/\/[^/\s]*@/.test(args)) {
    throw badInput(
      '`--kernel-args` holds an address with a user name or password, which everybody here could read. Use one without.',
    );
  }
  return { kernelArgs: args };
}
