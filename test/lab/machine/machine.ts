import { type ChildProcess, spawn } from 'node:child_process';
import { copyFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import type { LabImages } from '../images/images.ts';
import { OVMF_VARS } from '../paths.ts';
import { type Acceleration, type MachineFiles, machineArgv, QMP_FD } from './argv.ts';
import { endWithUs } from './own-processes.ts';
import { Qmp } from './qmp.ts';
import { SerialLog } from './serial-log.ts';
import type { BootTarget, MachineSpec } from './spec.ts';

/** What a provider can do to a server. */
export interface MachinePower {
  readonly power: 'on' | 'off';
  /** Does nothing when it is on. */
  powerOn(target: BootTarget): Promise<void>;
  /** Cuts the power: nothing in the machine gets to clean up. Does nothing when it is off. */
  powerOff(): Promise<void>;
  /** Cuts the power and switches on again. */
  reset(target: BootTarget): Promise<void>;
}

export interface MachineDeps {
  images: LabImages;
  acceleration: Acceleration;
  /** Existing folder for the disk and the logs of this lab. */
  folder: string;
}

interface Running {
  child: ChildProcess;
  qmp: Qmp;
  exited: Promise<void>;
}

/** A bare-metal server that is not there: at most one QEMU process, a disk that stays, serial logs. */
export class Machine implements MachinePower {
  readonly spec: MachineSpec;
  readonly serial: SerialLog;
  readonly diskPath: string;
  readonly #deps: MachineDeps;
  readonly #files: MachineFiles;
  readonly #listeners = new Set<(power: 'on' | 'off') => void>();
  #running: Running | null = null;
  #booted: BootTarget | null = null;
  #shutdownReason: string | undefined;
  #errors = '';
  #closed = false;
  #work: Promise<void> = Promise.resolve();

  private constructor(spec: MachineSpec, deps: MachineDeps) {
    this.spec = spec;
    this.#deps = deps;
    this.diskPath = join(deps.folder, `${spec.hostname}.disk`);
    this.serial = new SerialLog(join(deps.folder, `${spec.hostname}.serial.log`));
    this.#files = {
      disk: this.diskPath,
      vars: join(deps.folder, `${spec.hostname}.vars`),
      serial2: join(deps.folder, `${spec.hostname}.serial2.log`),
      vmlinux: deps.images.vmlinux,
      bzImage: deps.images.bzImage,
      rescueInitrd: deps.images.rescueInitrd,
    };
  }

  /** A new machine, switched off, with a fresh disk and firmware that knows no boot entry. */
  static async create(spec: MachineSpec, deps: MachineDeps): Promise<Machine> {
    const machine = new Machine(spec, deps);
    if (spec.content === 'blank') await writeFile(machine.diskPath, '');
    else await copyFile(deps.images.installedSystem, machine.diskPath);
    await truncate(machine.diskPath, spec.diskMib * 2 ** 20);
    if (spec.firmware === 'uefi') await copyFile(OVMF_VARS, machine.#files.vars);
    return machine;
  }

  get power(): 'on' | 'off' {
    return this.#running === null ? 'off' : 'on';
  }

  /** What it was last switched on with; null while it is off. */
  get booted(): BootTarget | null {
    return this.#running === null ? null : this.#booted;
  }

  /** Process id of its QEMU, for CPU figures. */
  get pid(): number | undefined {
    return this.#running?.child.pid;
  }

  /** Tells of every switch between on and off, whoever did it. */
  onPower(listener: (power: 'on' | 'off') => void): void {
    this.#listeners.add(listener);
  }

  powerOn(target: BootTarget): Promise<void> {
    return this.#inTurn(() => this.#start(target));
  }

  powerOff(): Promise<void> {
    return this.#inTurn(() => this.#stop());
  }

  reset(target: BootTarget): Promise<void> {
    return this.#inTurn(async () => {
      await this.#stop();
      await this.#start(target);
    });
  }

  /** Firmware that knows no boot entry any more. Rejects while the machine is on: its QEMU has the file open. */
  async forgetVariables(): Promise<void> {
    if (this.#running !== null) throw new Error(`${this.spec.hostname} is on`);
    await copyFile(OVMF_VARS, this.#files.vars);
  }

  /** See {@link SerialLog.waitFor}; the usual limit is generous, because emulation under load is slow. */
  waitForSerial(pattern: RegExp, limitMs = 120_000): Promise<RegExpExecArray> {
    return this.serial.waitFor(pattern, limitMs);
  }

  /** A human monitor command such as `info registers -a`: for diagnosis. Rejects when the machine is off. */
  async monitor(command: string): Promise<string> {
    if (this.#running === null) throw new Error(`${this.spec.hostname} is off`);
    return String(await this.#running.qmp.execute('human-monitor-command', { 'command-line': command }));
  }

  /** Pulls or plugs the cable of the lifeline NIC. Rejects when the machine is off; the next boot has it plugged. */
  async plug(connected: boolean): Promise<void> {
    if (this.#running === null) throw new Error(`${this.spec.hostname} is off`);
    await this.#running.qmp.execute('set_link', { name: 'lifeline', up: connected });
  }

  /** Switches it off for good. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.powerOff();
    await this.serial.close();
  }

  /** Deletes disk and firmware variables of a closed machine; its logs stay. */
  async discard(): Promise<void> {
    await Promise.all([this.diskPath, this.#files.vars].map((file) => rm(file, { force: true })));
  }

  // One power operation at a time; a failed one is its caller's, not the next one's.
  #inTurn(operation: () => Promise<void>): Promise<void> {
    const done = this.#work.then(operation);
    this.#work = done.catch(() => undefined);
    return done;
  }

  async #start(target: BootTarget): Promise<void> {
    if (this.#running !== null || this.#closed) return;
    const boot = target === 'rescue' && this.spec.rescueBoots === 'installed-system' ? 'disk' : target;
    const stuck = target === 'rescue' && this.spec.rescueBoots === 'never';
    this.serial.startBoot(`${this.spec.hostname}: ${target}`);
    this.#errors = '';
    this.#shutdownReason = undefined;
    const options = { target: boot, acceleration: this.#deps.acceleration, files: this.#files };
    const argv = [...machineArgv(this.spec, options), ...(stuck ? ['-S'] : [])];
    // The kernel ends QEMU when this process dies, even by SIGKILL.
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', 'qemu-system-x86_64', ...argv], {
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    endWithUs(child);
    this.#booted = boot;
    this.#running = this.#watch(child);
    await this.#running.qmp.execute('query-status').catch((cause: unknown) => {
      throw new Error(`${this.spec.hostname} did not start: ${this.#errors.trim()}`, { cause });
    });
    this.#tell('on');
  }

  #watch(child: ChildProcess): Running {
    const connection = child.stdio[QMP_FD];
    if (!(connection instanceof Duplex)) throw new Error('QEMU got no QMP connection');
    const qmp = new Qmp(connection, (event, reason) => {
      if (event === 'SHUTDOWN') this.#shutdownReason = reason;
    });
    child.stdout?.on('data', (chunk: Buffer) => this.serial.write(chunk));
    child.stderr?.on('data', (chunk: Buffer) => {
      this.#errors += chunk.toString();
    });
    const exited = new Promise<void>((resolve) => {
      child.once('error', (error) => {
        this.#errors += error.message;
      });
      child.once('close', () => {
        qmp.close(this.#errors.trim());
        this.#ended(child);
        resolve();
      });
    });
    return { child, qmp, exited };
  }

  async #stop(): Promise<void> {
    if (this.#running === null) return;
    const { child, exited } = this.#running;
    this.#shutdownReason = 'power-cut';
    child.kill('SIGKILL');
    await exited;
  }

  #ended(child: ChildProcess): void {
    if (this.#running?.child !== child) return;
    this.#running = null;
    this.serial.write(
      Buffer.from(`\n===== off: ${this.#shutdownReason ?? 'QEMU died'} ${this.#errors.trim()} =====\n`),
    );
    // Rescue is a one-shot wish, as at a provider: a guest that reboots comes up from its disk.
    if (this.#shutdownReason === 'guest-reset') this.powerOn('disk').catch((error: unknown) => this.#report(error));
    else this.#tell('off');
  }

  #report(error: unknown): void {
    this.serial.write(Buffer.from(`\n===== ${String(error)} =====\n`));
  }

  #tell(power: 'on' | 'off'): void {
    for (const listener of this.#listeners) listener(power);
  }
}
