import { join } from 'node:path';

/** Root of the repository. */
const ROOT = join(import.meta.dirname, '..', '..');

/** Everything the lab makes lives here; git ignores it. Kept short: a unix socket's path ends at 107 characters. */
export const LAB_DIR = join(ROOT, '.lab');

/** Scripts that run inside a guest. */
export const GUEST_DIR = join(import.meta.dirname, 'guest');

/** Firmware of the host's `ovmf` package. */
export const OVMF_CODE = '/usr/share/OVMF/OVMF_CODE_4M.fd';
export const OVMF_VARS = '/usr/share/OVMF/OVMF_VARS_4M.fd';
