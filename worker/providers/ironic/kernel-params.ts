import type { InstallKey } from '../types.ts';
import type { IronicNode } from './schema.ts';

/** Stands for what Ironic itself is set up with (`[pxe]kernel_append_params`). */
const DEFAULT = '%default%';
const ours = /^sshkey="[^"]* xepa-[^"]*"( |$)/;

/** What the kernel is started with for this instance; null where nothing was chosen for it. */
export function paramsOf({ instance_info: info }: IronicNode): string | null {
  return textOf(info?.kernel_append_params);
}

/** Do they bring a key of ours? */
export function bringKey(params: string | null): boolean {
  return params !== null && ours.test(params);
}

/**
 * Kernel parameters that bring the key: the element `dynamic-login` of diskimage-builder writes `sshkey` into root's
 * `authorized_keys` at boot. It takes the first one that it finds, so ours stands in front. What is chosen for the
 * instance replaces what is chosen for the node, which replaces what Ironic is set up with, so the rest is taken along.
 * @param saved what was chosen for the instance before
 */
export function paramsWith({ label, publicKey }: InstallKey, node: IronicNode, saved: string | null): string {
  const [type, blob] = publicKey.trim().split(/\s+/);
  const rest = saved ?? textOf(node.driver_info?.kernel_append_params) ?? DEFAULT;
  return `sshkey="${type} ${blob} ${label}" ${rest}`.trim();
}

/** What was chosen before an entry of ours, of which something went wrong, left a key there. */
export function withoutKey(params: string | null): string | null {
  if (params === null || !bringKey(params)) return params;
  const rest = params.replace(ours, '');
  return rest === '' || rest === DEFAULT ? null : rest;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
