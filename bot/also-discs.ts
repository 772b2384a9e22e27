import type { IsoRequest } from '../core/contracts/install.ts';
import { badInput } from './bad-input.ts';
import { type IsoRules, resolveIso } from './catalogue.ts';
import { code } from './text.ts';

/** Beside the ISO and the answer file: as many as the VM has drives. */
const MOST = 3;
const example = '`--also drivers=https://…/virtio.iso` or `--also drivers=NAME`';

/**
 * Further discs, as `name=URL|NAME` between commas; a URL may end with `#sha256=HEX`. The rules of ISOs hold for each.
 * @throws XepaError bad-input, not-allowed
 */
export function alsoWished(typed: string | undefined, rules: IsoRules): { also?: IsoRequest[] } {
  if (typed === undefined) return {};
  // A comma within an address is a part of it: only before a new name does it divide.
  const parts = typed.split(/,(?=[a-z][\w-]*=)/i);
  if (parts.length > MOST) throw badInput(`\`--also\` takes at most ${MOST} discs.`);
  return { also: parts.map((part) => discOf(part, rules)) };
}

function discOf(part: string, rules: IsoRules): IsoRequest {
  const [, name, what = ''] = /^([a-z][\w-]{0,39})=(\S+)$/i.exec(part.trim()) ?? [];
  if (name === undefined) throw badInput(`\`--also\` is written ${example}, not ${code(part, 60)}.`);
  const [iso = '', sha256] = what.split('#sha256=');
  return { ...resolveIso({ iso, sha256 }, rules), name };
}
