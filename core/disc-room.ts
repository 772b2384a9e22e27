import { bytes } from './bytes.ts';
import type { Facts } from './contracts/facts.ts';
import { XepaError } from './errors.ts';
import type { Command } from './ssh/command.ts';

/** What a server says of its memory. All in bytes. */
export interface DiscRoom {
  /** Free where ISOs lie; in rescue that is memory, too: all of it where that file system has no limit, as ramfs has none. */
  freeBytes: number;
  availableBytes: number;
  /** What the VM has taken so far. */
  vmBytes: number;
  /** Taken by the ISO that makes room for the next one. */
  heldBytes: number;
}

/** The rescue system needs some for itself: without it the kernel ends processes, the VM first of all. */
const KEPT_BYTES = 96 * 1024 * 1024;

/** Arguments: path of the other ISO, pid file of the VM. Only looks. */
const script = `
path=$1 pidfile=$2
pid=
[ -r "$pidfile" ] && read -r pid <"$pidfile"
case $pid in '' | *[!0-9]*) pid=0 ;; esac
echo "## space"; df -Pk "\${path%/*}" | tail -n 1
echo "## memory"; grep '^MemAvailable:' /proc/meminfo
echo "## vm"; { grep '^VmRSS:' "/proc/$pid/status"; } 2>/dev/null
echo "## held"
for file in "$path" "$path".part "$path".up*; do [ -f "$file" ] && stat -c %s "$file"; done
echo "## end"
`;

/** @param at `pidFile`: of the VM */
export function lookForRoom(at: { path: string; pidFile: string }): Command<DiscRoom> {
  return { argv: ['sh', '-s', '--', at.path, at.pidFile], stdin: script, timeoutMs: 20_000, parse: parseRoom };
}

/** What the VM may still take, and what has to be there yet of an ISO that it runs from already. Megabytes. */
export function promisedMb({ plan, media }: Facts): number {
  const arriving = media?.stream?.verified === false ? media.bytes : 0;
  return (plan?.memoryMb ?? 0) + Math.ceil(arriving / (1024 * 1024));
}

/** How large another ISO may be, beside a VM that may still take what it was promised. */
export function roomBytes(room: DiscRoom, vmMemoryMb: number): number {
  const promised = Math.max(0, vmMemoryMb * 1024 * 1024 - room.vmBytes);
  const memory = room.availableBytes - promised;
  return Math.max(0, Math.min(room.freeBytes, memory) + room.heldBytes - KEPT_BYTES);
}

/** Why a file of that size does not go there; null when it does. */
export function tooLargeText(size: number, room: number): string | null {
  if (size <= room) return null;
  return `The file has ${bytes(size)}, but only ${bytes(room)} of the server's memory are free for it beside the VM.`;
}

function parseRoom({ stdout }: { stdout: string }): DiscRoom {
  const parts = new Map(stdout.split('## ').map((part) => [/^\w*/.exec(part)?.[0], part.split('\n').slice(1)]));
  const [space = '', memory = ''] = [parts.get('space')?.[0], parts.get('memory')?.[0]];
  if (!parts.has('end') || !/^MemAvailable:/.test(memory)) throw cutShort(stdout);
  const availableBytes = kilobytes(/\d+/.exec(memory)?.[0]);
  const [total, , free] = space.trim().split(/\s+/).slice(-5).map(kilobytes);
  return {
    freeBytes: total === 0 && free === 0 ? availableBytes : (free ?? 0),
    availableBytes,
    vmBytes: kilobytes(/\d+/.exec(parts.get('vm')?.[0] ?? '')?.[0]),
    heldBytes: (parts.get('held') ?? []).reduce((sum, size) => sum + (Number(size) || 0), 0),
  };
}

function kilobytes(text: string | undefined): number {
  return (Number(text) || 0) * 1024;
}

function cutShort(stdout: string): XepaError {
  return new XepaError('host-command-failed', {
    message: `the server told its memory only in part: ${stdout.slice(0, 200)}`,
    userMessage: 'The server did not tell how much memory it has free. Try again.',
    retry: 'backoff',
  });
}
