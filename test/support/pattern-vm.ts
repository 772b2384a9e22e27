import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { expect, vi } from 'vitest';
import { type Pixels, readPpm } from './pixels.ts';

/** A real QEMU whose guest paints one picture, and another one at each key: every pixel is known, none blinks. */
export interface PatternVm {
  /** What is on the screen, by QEMU's own word. */
  picture(): Promise<Pixels>;
  stop(): Promise<void>;
}

/** 16-bit code of a boot sector: mode 13h (320 by 200, 256 colours), then colour (x ^ y) + 37 × keys everywhere. */
const bootSector = Buffer.from(
  [
    'b81300 cd10', // mov ax, 13h; int 10h
    'b800a0 8ec0 31db', // mov ax, a000h; mov es, ax; xor bx, bx
    '31ff', // again: xor di, di
    '89f8 30e0 00d8 aa', // paint: mov ax, di; xor al, ah; add al, bl; stosb
    '81ff00fa 75f3', // cmp di, 64000; jne paint
    '31c0 cd16', // xor ax, ax; int 16h (waits for a key)
    '80c325 ebe8', // add bl, 37; jmp again
  ]
    .join('')
    .replaceAll(' ', ''),
  'hex',
);
const DISK_BYTES = 1024 * 1024;

/** @param stem of its files: the sockets stand at `stem`.vnc and `stem`.qmp */
export async function startPatternVm(stem: string): Promise<PatternVm> {
  const disk = Buffer.alloc(DISK_BYTES);
  bootSector.copy(disk);
  disk.writeUInt16LE(0xaa55, 510);
  writeFileSync(`${stem}.img`, disk);
  const argv = [
    ...['-machine', 'pc,accel=tcg', '-m', '32', '-nodefaults', '-vga', 'std', '-display', 'none'],
    ...['-drive', `file=${stem}.img,format=raw,if=ide`, '-vnc', `unix:${stem}.vnc,share=force-shared`],
    ...['-qmp', `unix:${stem}.qmp,server=on,wait=off`],
  ];
  const vm = spawn('qemu-system-x86_64', argv, { stdio: 'ignore' });
  await vi.waitFor(() => expect(existsSync(`${stem}.qmp`) && existsSync(`${stem}.vnc`)).toBe(true), {
    timeout: 15_000,
  });
  const picture = async () => {
    await ask(`${stem}.qmp`, { execute: 'screendump', arguments: { filename: `${stem}.ppm` } });
    return readPpm(readFileSync(`${stem}.ppm`));
  };
  // The firmware has the screen first.
  await vi.waitFor(async () => expect(colours(await picture())).toBeGreaterThan(100), {
    timeout: 30_000,
    interval: 300,
  });
  return { picture, stop: () => ended(vm) };
}

function colours({ rgb }: Pixels): number {
  const seen = new Set<number>();
  for (let at = 0; at < rgb.length; at += 3) seen.add(rgb.readUIntBE(at, 3));
  return seen.size;
}

/** One command of QMP, over a connection of its own. */
async function ask(path: string, command: object): Promise<void> {
  const socket = connect(path);
  const lines = createInterface({ input: socket });
  let answers = 0;
  for await (const line of lines) {
    if (line.includes('"QMP"')) socket.write(`{"execute":"qmp_capabilities"}\n${JSON.stringify(command)}\n`);
    if (line.includes('"error"')) throw new Error(line);
    if (line.startsWith('{"return"')) answers += 1;
    if (answers === 2) break;
  }
  socket.destroy();
}

async function ended(vm: ChildProcess): Promise<void> {
  if (vm.exitCode !== null || vm.signalCode !== null) return;
  vm.kill();
  await once(vm, 'exit');
}
