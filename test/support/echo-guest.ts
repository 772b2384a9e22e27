import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { expect, vi } from 'vitest';

/** Where QEMU puts what people look at. */
export interface EchoGuestPlace {
  vnc: string;
  qmp: string;
  serial: readonly string[];
  serialLogs: readonly string[];
  /** A file for its disk. */
  disk: string;
}

const SECTOR = 512;
const PRINTED_AT = 0x60;

/** A real QEMU with the serial ports of an install, whose guest greets on the first one and says back what it hears. */
export async function startEchoGuest(place: EchoGuestPlace): Promise<ChildProcess> {
  await writeFile(place.disk, bootSector('echo guest\r\n'));
  const serial = place.serial.flatMap((path, at) => [
    '-chardev',
    `socket,id=serial${at},path=${path},server=on,wait=off,logfile=${place.serialLogs[at]},logappend=on`,
    ...['-serial', `chardev:serial${at}`],
  ]);
  const argv = [
    ...['-machine', 'pc,accel=tcg', '-m', '32', '-nodefaults', '-vga', 'std', '-display', 'none'],
    ...['-vnc', `unix:${place.vnc},share=force-shared`, '-qmp', `unix:${place.qmp},server=on,wait=off`],
    ...['-drive', `file=${place.disk},format=raw,if=ide`, ...serial],
  ];
  const vm = spawn('qemu-system-x86_64', argv, { stdio: 'ignore' });
  await vi.waitFor(() => expect([place.vnc, ...place.serial].every((path) => existsSync(path))).toBe(true), {
    timeout: 10_000,
  });
  return vm;
}

/** 16-bit code for 0x7c00: prints the greeting on COM1, then sends each byte back that comes in there. */
function bootSector(greeting: string): Buffer {
  const code = [
    ...[0x31, 0xc0, 0x8e, 0xd8, 0xbe, PRINTED_AT, 0x7c, 0xfc], // xor ax,ax; mov ds,ax; mov si,greeting; cld
    ...[0xac, 0x84, 0xc0, 0x74, 0x05, 0xe8, 0x13, 0x00, 0xeb, 0xf6], // next: lodsb; test al,al; jz hear; call put; jmp next
    ...[0xba, 0xfd, 0x03, 0xec, 0xa8, 0x01, 0x74, 0xf8], // hear: wait until a byte is there (line status, bit 0)
    ...[0xba, 0xf8, 0x03, 0xec, 0xe8, 0x02, 0x00, 0xeb, 0xef], // in al,dx; call put; jmp hear
    ...[0x88, 0xc4, 0xba, 0xfd, 0x03, 0xec, 0xa8, 0x20, 0x74, 0xfb], // put: wait until one may be sent (bit 5)
    ...[0x88, 0xe0, 0xba, 0xf8, 0x03, 0xee, 0xc3], // mov al,ah; mov dx,3f8; out dx,al; ret
  ];
  const sector = Buffer.alloc(SECTOR);
  Buffer.from(code).copy(sector);
  sector.write(`${greeting}\0`, PRINTED_AT, 'latin1');
  sector.writeUInt16BE(0x55aa, SECTOR - 2);
  return sector;
}
