import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { keyDelayMs } from '../../worker/host/qemu.ts';
import { type KeyboardGuest, keyboardGuest } from '../lab/images/keyboard-guest.ts';

/** A real QEMU with the display of the product, and in it a Linux that says what its keyboard gives. */
export interface KeyboardVm {
  /** Has the guest load a keymap, and forgets what it received so far. */
  load(keymap: string): Promise<void>;
  /** What its console received since: UTF-8, Enter as a carriage return. */
  received(): string;
  /** Ends when the guest has started again. */
  restarted(): Promise<void>;
  stop(): Promise<void>;
}

/** @param dir folder for its sockets; the display is at `<id>.vnc` there */
export async function startKeyboardVm(dir: string, id: string): Promise<KeyboardVm> {
  const guest = await keyboardGuest(() => undefined);
  const [bytes, orders] = [join(dir, `${id}.bytes`), join(dir, `${id}.orders`)];
  // A guest that waits for its turn behind the tests loses keys. Without root `nice` warns, and starts it all the same.
  const vm = spawn(
    'nice',
    ['-n', '-10', 'qemu-system-x86_64', ...argv(guest, { vnc: join(dir, `${id}.vnc`), bytes, orders })],
    {
      stdio: 'ignore',
    },
  );
  const ended = once(vm, 'exit');
  const keyboard = await reach(bytes);
  const control = await reach(orders);
  let received: Buffer[] = [];
  let said = '';
  keyboard.on('data', (part: Buffer) => void received.push(part));
  control.setEncoding('utf8').on('data', (part: string) => {
    said += part;
  });
  // Only what was said since the last order counts.
  const hear = (line: string) => vi.waitFor(() => expect(said).toContain(`${line}\n`), { timeout: 60_000 });
  await hear('started');
  return {
    async load(keymap) {
      said = '';
      control.write(`${keymap}\n`);
      await hear(`ready ${keymap}`);
      received = [];
    },
    received: () => Buffer.concat(received).toString(),
    restarted: () => hear('started'),
    async stop() {
      for (const socket of [keyboard, control]) socket.destroy();
      vm.kill();
      await ended;
    },
  };
}

function argv(guest: KeyboardGuest, paths: { vnc: string; bytes: string; orders: string }): string[] {
  return [
    ...['-machine', 'q35', '-accel', 'tcg', '-m', '256', '-nodefaults', '-display', 'none', '-vga', 'std'],
    ...['-vnc', `unix:${paths.vnc},share=force-shared,lossy=on,key-delay-ms=${keyDelayMs}`],
    ...['-serial', `unix:${paths.bytes},server=on,wait=off`, '-serial', `unix:${paths.orders},server=on,wait=off`],
    ...['-kernel', guest.vmlinux, '-initrd', guest.initrd, '-append', 'console=tty0 quiet loglevel=0'],
  ];
}

/** QEMU's socket, once it is there. */
function reach(path: string): Promise<Socket> {
  return vi.waitFor(
    async () => {
      const socket = connect(path);
      await once(socket, 'connect');
      return socket;
    },
    { timeout: 20_000 },
  );
}
