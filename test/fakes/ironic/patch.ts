import { z } from 'zod';
import type { IronicNode } from './account.ts';
import { refused } from './refused.ts';

const Change = z.object({
  op: z.enum(['add', 'replace', 'remove']),
  path: z.string().regex(/^\/instance_info\/\w+$/),
  value: z.unknown().optional(),
});
/** States on the way to another one in which Ironic takes changes all the same. */
const open = ['rescue failed', 'unrescue failed'];

/** RFC 6902 on what was set freely of an instance; all of it or nothing. */
export function patchNode(node: IronicNode, body: unknown): void {
  if (node.target !== null && !open.includes(node.state)) {
    throw refused(409, `Node ${node.uuid} can not be updated while a state transition is in progress.`);
  }
  const changes = z.array(Change).safeParse(body);
  if (!changes.success) throw refused(400, z.prettifyError(changes.error));
  const next = { ...node.instanceInfo };
  for (const { op, path, value } of changes.data) {
    const name = path.split('/').at(-1) ?? '';
    if (op !== 'add' && !(name in next)) throw refused(400, `Couldn't apply patch: can't ${op} ${path}`);
    if (op === 'remove') delete next[name];
    else next[name] = value;
  }
  node.instanceInfo = next;
}
