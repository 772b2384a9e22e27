import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, vi } from 'vitest';
import { tinyDisk, tinyIso } from './tiny-guest.ts';

/** A real QEMU with a CD drive and a disk as the worker makes them, in emulation. */
export interface TinyVm {
  /** On the server: the install's ISO, which boots C; another one, which boots E; the disk boots D. */
  own: string;
  other: string;
  /** The letters that its systems have said since the start, one a boot. */
  said(): string;
  stop(): Promise<void>;
}

/** Sockets are where the console bench's records say. */
export async function startTinyVm(dir: string, id: string): Promise<TinyVm> {
  const at = (name: string) => `${dir}/${id}.${name}`;
  writeFileSync(at('own.iso'), tinyIso('C'));
  writeFileSync(at('other.iso'), tinyIso('E'));
  writeFileSync(at('disk'), tinyDisk('D'));
  const argv = [
    // The old PC: its IDE is spoken to by a few instructions, where the q35's AHCI needs a driver.
    ...['-machine', 'pc,accel=tcg', '-m', '32', '-nodefaults', '-no-user-config', '-no-shutdown'],
    ...['-vga', 'std', '-display', 'none', '-serial', `file:${at('serial')}`],
    ...['-drive', `if=none,id=cdrom0,media=cdrom,readonly=on,format=raw,file=${at('own.iso')}`],
    ...['-device', 'ide-cd,drive=cdrom0,bus=ide.1,id=cd,bootindex=1'],
    ...['-drive', `if=none,id=disk0,format=raw,file=${at('disk')}`],
    ...['-device', 'ide-hd,drive=disk0,bus=ide.0,bootindex=2'],
    ...['-vnc', `unix:${at('vnc')},share=force-shared`, '-qmp', `unix:${at('qmp')},server=on,wait=off`],
  ];
  const vm = spawn('qemu-system-x86_64', argv, { stdio: 'ignore' });
  await vi.waitFor(() => expect(existsSync(at('qmp')) && existsSync(at('vnc'))).toBe(true), 10_000);
  return {
    own: at('own.iso'),
    other: at('other.iso'),
    said: () => (existsSync(at('serial')) ? readFileSync(at('serial'), 'latin1') : ''),
    stop: () => ended(vm),
  };
}

async function ended(vm: ChildProcess): Promise<void> {
  if (vm.exitCode !== null || vm.signalCode !== null) return;
  vm.kill('SIGKILL');
  await once(vm, 'exit');
}
