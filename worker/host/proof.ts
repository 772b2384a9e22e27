import type { Command } from '../../core/ssh/command.ts';
import { scriptCommand } from './script-command.ts';
import { proofScript } from './scripts/proof.ts';
import { firstLine, linesOf, parseSections } from './sections.ts';
import { parseMounts, parseSwaps } from './survey-blocks.ts';

/** What tells a rescue system in RAM from an installed one. `swaps` lists the paths that are swapped to. */
export interface Proof {
  bootId: string;
  /** Since its kernel was started; null where that is not told. */
  uptimeMs: number | null;
  rootFsType: string;
  cmdline: string;
  mounts: { source: string; target: string; type: string }[];
  swaps: string[];
}

const ramRoots = new Set(['tmpfs', 'ramfs', 'rootfs', 'overlay', 'aufs', 'squashfs', 'erofs', 'nfs', 'nfs4']);
const notDisks = /^\/dev\/(loop|ram|zram|sr|fd|fuse|nbd|shm|pts|null)/;
const diskRoot =
  /(?:^|\s)root=((?:UUID|PARTUUID|LABEL|PARTLABEL)=\S+|\/dev\/(?:sd|nvme|vd|xvd|hd|md|dm-|mapper\/|mmcblk|disk\/)\S*)/;

/** Reads in one round trip what `judgeProof` needs. */
export function readProof(): Command<Proof> {
  return scriptCommand({
    script: proofScript,
    timeoutMs: 20_000,
    parse: (output) => parseProof(output.stdout),
  });
}

/**
 * Reasons why this is not a freshly booted rescue system in RAM; none means that it is proven.
 * `previousBootId` is that of the system that answered before the reboot, if one did.
 */
export function judgeProof(proof: Proof, previousBootId: string | undefined): string[] {
  const reasons: string[] = [];
  if (proof.bootId === '') reasons.push('The system that answers does not tell its boot id.');
  if (previousBootId !== undefined && proof.bootId === previousBootId) {
    reasons.push('The server has not rebooted: its boot id is the same as before.');
  }
  if (!ramRoots.has(proof.rootFsType)) {
    reasons.push(`Its root file system is ${proof.rootFsType || 'unknown'}, not one in memory.`);
  }
  for (const { source, target } of proof.mounts) {
    if (isDisk(source)) reasons.push(`${source} is mounted at ${target}.`);
  }
  for (const swap of proof.swaps) if (isDisk(swap)) reasons.push(`${swap} is in use as swap space.`);
  const root = diskRoot.exec(proof.cmdline)?.[1];
  if (root) reasons.push(`It was started with its root on a disk (root=${root}).`);
  return reasons;
}

function isDisk(source: string): boolean {
  return source.startsWith('/dev/') && !notDisks.test(source);
}

/** Seconds with two decimals, and those that the processors were idle. */
function uptimeIn(line: string): number | null {
  const seconds = /^\d+\.\d+/.exec(line)?.[0];
  return seconds === undefined ? null : Number(seconds) * 1_000;
}

function parseProof(stdout: string): Proof {
  const sections = parseSections(stdout);
  const mounts = parseMounts(linesOf(sections, 'mounts'));
  return {
    bootId: firstLine(sections, 'boot-id'),
    uptimeMs: uptimeIn(firstLine(sections, 'uptime')),
    // The last one mounted over `/` is what programs see.
    rootFsType: mounts.findLast((mount) => mount.target === '/')?.type ?? '',
    cmdline: firstLine(sections, 'cmdline'),
    mounts: mounts.map(({ source, target, type }) => ({ source, target, type })),
    swaps: parseSwaps(linesOf(sections, 'swaps')).map((swap) => swap.source),
  };
}
