import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text as allText } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import type { Command } from '../../core/ssh/command.ts';
import { quoteArgv } from '../../core/ssh/quote.ts';
import { run } from '../lab/run.ts';
import { freePort } from '../support/free-port.ts';

/** `dash` or `busybox`: the shell that scripts of the product run in. */
export type Shell = 'dash' | 'busybox';

const DISK_SIZE = '256M';
const BOOT_MS = 240_000;
const PREAMBLE = `exec 2>&1 </dev/null
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C LVM_SUPPRESS_FD_WARNINGS=1
A=/dev/nvme0n1 B=/dev/nvme1n1 M=/dev/sda N=/dev/sdb
`;

/** An emulated server with two NVMe disks, and a third one that it reaches by two controllers. */
export class StackGuest {
  readonly #qemu: ChildProcess;
  readonly #port: number;
  readonly #folder: string;

  private constructor(qemu: ChildProcess, port: number, folder: string) {
    this.#qemu = qemu;
    this.#port = port;
    this.#folder = folder;
  }

  /** @param folder existing; for disks and the console's log */
  static async boot(files: { kernel: string; initrd: string; accel: string }, folder: string): Promise<StackGuest> {
    for (const disk of ['a', 'b', 'm']) await run('truncate', ['-s', DISK_SIZE, join(folder, `${disk}.img`)]);
    const port = await freePort();
    const qemu = spawn('qemu-system-x86_64', argvOf(files, folder, port), { stdio: ['ignore', 'pipe', 'inherit'] });
    process.once('exit', () => qemu.kill('SIGKILL'));
    let said = '';
    const ready = new Promise<void>((resolve, reject) => {
      qemu.stdout.on('data', (chunk: Buffer) => {
        said = (said + chunk.toString('latin1')).slice(-4000);
        if (said.includes('READY')) resolve();
      });
      qemu.once('exit', () => reject(new Error(`the small server ended: ${said}`)));
      setTimeout(() => reject(new Error(`the small server does not come up: ${said}`)), BOOT_MS).unref();
    });
    const guest = new StackGuest(qemu, port, folder);
    await ready.catch(async (error: unknown) => {
      await guest.stop();
      throw error;
    });
    return guest;
  }

  /** Runs a bash script and returns all that it said. */
  async script(script: string): Promise<string> {
    return this.#talk(`base64 -d >/tmp/s <<'XEND'\n${base64(PREAMBLE + script)}\nXEND\nbash /tmp/s; exit\n`);
  }

  /** Runs a command of the product as its SSH connection would, in one of the shells that servers have. */
  async exec<T>(command: Command<T>, shell: Shell): Promise<T> {
    const [, ...args] = command.argv;
    const sh = shell === 'busybox' ? 'busybox sh' : 'dash';
    const said = await this.#talk(
      `base64 -d >/tmp/in <<'XEND'\n${base64(command.stdin ?? '')}\nXEND\n${sh} ${quoteArgv(args)} </tmp/in >/tmp/out 2>/tmp/err; echo $?; for f in out err; do gzip -1 </tmp/$f | base64 -w0; echo; done; exit\n`,
    );
    const [code = '', stdout = '', stderr = ''] = said.split('\n');
    const [out, err] = [stdout, stderr].map((packed) => gunzipSync(Buffer.from(packed, 'base64')).toString());
    if (code !== '0') throw new Error(`exit ${code} from ${sh}: ${err}`);
    return command.parse({ stdout: out ?? '', stderr: err ?? '', exitCode: Number(code) });
  }

  /** Where a disk's bytes are on the host; the guest's own cache is to be flushed first. */
  image(disk: 'a' | 'b' | 'm'): string {
    return join(this.#folder, `${disk}.img`);
  }

  async stop(): Promise<void> {
    if (this.#qemu.exitCode !== null || this.#qemu.signalCode !== null) return;
    this.#qemu.kill('SIGKILL');
    await once(this.#qemu, 'exit');
  }

  async #talk(script: string): Promise<string> {
    const socket = connect({ host: '127.0.0.1', port: this.#port, allowHalfOpen: true });
    await once(socket, 'connect');
    socket.end(script);
    return allText(socket);
  }
}

function argvOf({ kernel, initrd, accel }: Parameters<typeof StackGuest.boot>[0], folder: string, port: number) {
  const drive = (id: string, file: string) =>
    `if=none,id=${id},file=${join(folder, file)},format=raw,cache=unsafe,file.locking=off`;
  const path = (at: number) => [
    ...['-device', `virtio-scsi-pci,id=bus${at},addr=${at + 5}`, '-drive', drive(`m${at}`, 'm.img')],
    ...['-device', `scsi-hd,bus=bus${at}.0,drive=m${at},serial=XEPAMPATH,wwn=0x5000c50015ea71ac,share-rw=on`],
  ];
  return [
    ...['-machine', 'q35', '-accel', accel, '-cpu', 'max', '-m', '1500', '-display', 'none', '-nodefaults'],
    ...['-serial', 'stdio', '-no-reboot', '-kernel', kernel, '-initrd', initrd],
    ...['-append', 'console=ttyS0 quiet panic=5 rdinit=/init norandmaps mitigations=off'],
    ...['-drive', drive('a', 'a.img'), '-device', 'nvme,drive=a,serial=XEPANVME0A,addr=4'],
    ...['-drive', drive('b', 'b.img'), '-device', 'nvme,drive=b,serial=XEPANVME0B,addr=5'],
    ...[...path(1), ...path(2), '-nic', `user,model=e1000,restrict=on,hostfwd=tcp:127.0.0.1:${port}-10.0.2.15:22`],
  ];
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64').replaceAll(/.{76}/g, '$&\n');
}
