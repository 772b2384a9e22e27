import { readFileSync } from 'node:fs';
import { type Duplex, duplexPair } from 'node:stream';
import { XepaError } from '../../core/errors.ts';
import type { Command } from '../../core/ssh/command.ts';
import type { HostAddress, HostShell, OpenShell } from '../../core/ssh/host-shell.ts';
import { armScript, disarmScript } from '../../worker/host/scripts/dead-man.ts';
import { firstProcessorScript } from '../../worker/host/scripts/hyperv.ts';
import { openDoorScript, peekScript } from '../../worker/host/scripts/iso-door.ts';
import { downloadStateScript, startDownloadScript } from '../../worker/host/scripts/iso-download.ts';
import { inspectScript, probeScript, removeFileScript } from '../../worker/host/scripts/media.ts';
import { loadModulesScript } from '../../worker/host/scripts/modules.ts';
import { proofScript } from '../../worker/host/scripts/proof.ts';
import { fetchScreenScript, tailsScript } from '../../worker/host/scripts/screen.ts';
import { surveyScript } from '../../worker/host/scripts/survey.ts';
import { bindScript, giveBackScript, readDriversScript } from '../../worker/host/scripts/vfio.ts';
import { killVmScript, launchScript, vmStateScript } from '../../worker/host/scripts/vm.ts';
import { commandParts } from './command-parts.ts';
import { ModelDisk } from './model-disk.ts';
import { addressesOf, ModelDrivers } from './model-drivers.ts';
import { downloadAnswer, isoFileActions, type ModelDownload, modelIso, probeAnswer } from './model-iso.ts';
import { ModelKernel } from './model-kernel.ts';
import { ModelMachine } from './model-machine.ts';
import { ModelPackages } from './model-packages.ts';
import { ModelPaths } from './model-paths.ts';
import { execute, speakQmp } from './model-qmp.ts';
import { scratchActions } from './model-scratch.ts';
import { ModelScreen } from './model-screen.ts';
import { ModelStack } from './model-stack.ts';

const surveyText = readFileSync(new URL('../fixtures/host/debian-rescue.txt', import.meta.url), 'utf8');

/** A small model of a device in rescue: what our commands do to it can be seen, and done again. */
export class ModelDevice {
  /** Whether sshd answers, and to whom. */
  ssh: 'up' | 'down' | 'refuses' = 'up';
  hostKey = Buffer.from('rescue host key').toString('base64');
  bootId = 'boot-1';
  /** By whose clock it counts the time since its start. */
  now: () => number = () => 0;
  bootedAt = 0;
  rootFs = 'rootfs';
  surveyText = surveyText;
  /** A key of another driver than vfio-pci goes back to what it was. */
  drivers = new ModelDrivers();
  vm: { status: string; argv: string[]; diskFirst: boolean } | null = null;
  /** `deaf`: QEMU greets and never answers again. `silent`: only a screendump gets no answer. */
  qmp: 'answers' | 'deaf' | 'silent' = 'answers';
  vnc = 'RFB 003.008\n';
  readonly screen = new ModelScreen();
  readonly disk = new ModelDisk();
  readonly stack = new ModelStack();
  readonly machine = new ModelMachine();
  readonly paths = new ModelPaths();
  /** Who has asked to hear of the guest's end. */
  readonly listeners: Duplex[] = [];
  /** What the guest does when it is asked to power down. */
  onPowerDown: () => void = () => undefined;
  timer: 'off' | 'armed' | 'fired' = 'off';
  timerStarts = true;
  readonly packages = new ModelPackages();
  readonly kernel = new ModelKernel();
  cmdline = 'quiet';
  /** What a kernel does that was started in place of this one. */
  onNewKernel: (cmdline: string) => void = (cmdline) => {
    this.restart('rescue');
    this.cmdline = cmdline;
  };
  kvm = true;
  vfio = true;
  iso = modelIso();
  /** What the URL of the ISO answers, and how far a download has come. */
  probe = {
    ...{ status: 200, ranges: true, contentType: '' },
    bytes: 1_000_000 as number | null,
    freeBytes: 4_000_000_000,
    error: '',
  };
  /** What serves the ISO while it arrives. */
  door: 'open' | 'missing' | 'failed' = 'open';
  download: ModelDownload = { state: 'none', bytes: 0 };
  /** What curl ends with when a download fails; null lets the next start go on. */
  curlFailsAtOnce: number | null = null;
  /** Names of what was done, in order; looking is not doing. */
  done: string[] = [];
  /** Errors to throw once, by the name of the action. `after` throws when it is done: the answer was lost. */
  faults = new Map<string, { error: Error; after?: boolean }>();
  readonly uploads = new Map<string, unknown>();
  open = 0;
  logins = 0;

  /** The machine restarts into what `system` says; its memory is lost. */
  restart(system: 'rescue' | 'installed'): void {
    this.vm = null;
    this.timer = 'off';
    this.packages.clear();
    this.paths.clear('127.0.77.1');
    this.kernel.clear();
    this.download = { state: 'none', bytes: 0 };
    this.drivers = new ModelDrivers();
    this.bootId = `${this.bootId}+`;
    this.bootedAt = this.now();
    this.rootFs = system === 'rescue' ? 'rootfs' : 'ext4';
    this.cmdline = 'quiet';
  }

  readonly openShell: OpenShell = async (address, _privateKey, signal) => {
    signal?.throwIfAborted();
    this.logins += 1;
    this.#admit(address);
    this.open += 1;
    return { shell: this.#shell(address.host), seenHostKey: this.hostKey };
  };

  #admit(address: HostAddress): void {
    if (this.ssh === 'down' || !this.paths.isOpen(address.host)) throw sshError('unreachable', 'backoff');
    if (address.hostKey !== null && address.hostKey !== this.hostKey) throw sshError('host-key-changed', 'no');
    if (this.ssh === 'refuses') throw sshError('not-allowed', 'backoff');
  }

  #shell(host: string): HostShell {
    const listeners: (() => void)[] = [];
    let open = true;
    return {
      exec: async (command, signal) => {
        signal?.throwIfAborted();
        if (this.ssh !== 'up' || !this.paths.isOpen(host)) throw sshError('unreachable', 'backoff');
        return command.parse({ stdout: this.#run(command), stderr: '', exitCode: 0 });
      },
      upload: async (content, { path }) => void this.uploads.set(path, content),
      forward: async (path) => this.#forward(path),
      listen: () => Promise.reject(new Error('the model listens on no socket')),
      stream: async () => {
        throw new Error('the model runs no command that goes on');
      },
      silentMs: () => 0,
      onClose: (listener) => void listeners.push(listener),
      close: () => {
        if (!open) return;
        open = false;
        this.open -= 1;
        for (const listener of listeners) listener();
      },
    };
  }

  #run(command: Command<unknown>): string {
    const { script, args } = commandParts(command);
    const [name, act] = this.#actions(args, command.stdin).get(script) ?? [];
    if (name === undefined || act === undefined) throw new Error(`the model does not know ${command.argv.join(' ')}`);
    const fault = this.faults.get(name);
    if (fault && !fault.after) this.#fail(name, fault.error);
    const stdout = act();
    if (fault) this.#fail(name, fault.error);
    return `${stdout}\n## xepa end\n`;
  }

  #fail(name: string, error: Error): never {
    this.faults.delete(name);
    throw error;
  }

  #actions(args: readonly string[], input = ''): Map<string, readonly [string, () => string]> {
    return new Map<string, readonly [string, () => string]>([
      [proofScript, ['proof', () => this.#proof()]],
      [surveyScript, ['survey', () => this.paths.survey(this.stack.survey(this.surveyText))]],
      ...this.packages.actions(args, (name) => void this.done.push(name)),
      ...this.kernel.actions(
        { args, input, bootId: this.bootId },
        { did: (name) => void this.done.push(name), started: (line) => this.onNewKernel(line) },
      ),
      [loadModulesScript, ['load modules', () => this.machine.ready(this)]],
      [firstProcessorScript, ['first processor', () => this.machine.processor()]],
      [probeScript, ['probe', () => probeAnswer(this.probe)]],
      [downloadStateScript, ['download state', () => this.#downloadState()]],
      [startDownloadScript, ['download', () => this.#startDownload()]],
      [inspectScript, ['inspect', () => this.iso.report]],
      [openDoorScript, ['door', () => `## xepa door\n${this.door}\n${this.#downloadState()}`]],
      [peekScript, ['peek', () => this.iso.report]],
      [removeFileScript, ['remove iso', () => this.#did('remove iso', () => this.#forget(args[0]))]],
      ...isoFileActions(args, this.uploads),
      [readDriversScript, ['read drivers', () => this.drivers.told(args)]],
      [bindScript, ['bind', () => this.#bind(args)]],
      [giveBackScript, ['give back', () => this.#giveBack(args)]],
      [armScript, ['arm', () => this.#arm()]],
      [disarmScript, ['disarm', () => this.#did('disarm', () => this.#disarm())]],
      [launchScript, ['launch', () => this.#launch(args)]],
      [vmStateScript, ['vm state', () => this.machine.state(this.vm && 4711, this.timer)]],
      [fetchScreenScript, ['fetch screen', () => this.screen.fetch(args)]],
      [tailsScript, ['logs', () => this.screen.tails(args)]],
      [killVmScript, ['kill vm', () => this.#did('kill vm', () => this.#endVm())]],
      ...this.paths.actions(args, (name) => void this.done.push(name)),
      ...this.disk.actions(args, (name) => this.done.push(name)),
      ...this.stack.actions(args, (name) => this.done.push(name)),
      ...scratchActions((name) => this.#did(name, () => undefined)),
      ['rm -rf', ['remove dir', () => this.#did('remove dir', () => undefined)]],
    ]);
  }

  #did(name: string, act: () => unknown): string {
    this.done.push(name);
    act();
    return '';
  }

  #proof(): string {
    const mount = `20 1 8:1 / / rw - ${this.rootFs} ${this.rootFs === 'ext4' ? '/dev/sda1' : 'none'} rw`;
    const uptime = `${((this.now() - this.bootedAt) / 1_000).toFixed(2)} 0.00`;
    return `## xepa boot-id\n${this.bootId}\n## xepa uptime\n${uptime}\n## xepa cmdline\n${this.cmdline}\n## xepa mounts\n${mount}\n## xepa swaps`;
  }

  #downloadState(): string {
    const answer = downloadAnswer(this.download, this.curlFailsAtOnce ?? 18);
    return this.download.state === 'complete' ? `${answer}\n${this.iso.report}` : answer;
  }

  #startDownload(): string {
    if (this.download.state !== 'running' && this.download.state !== 'complete') {
      this.done.push('download');
      this.download = { ...this.download, state: this.curlFailsAtOnce === null ? 'running' : 'failed' };
    }
    return this.#downloadState();
  }

  #forget(path = ''): void {
    if (this.uploads.delete(path)) return;
    this.download = { state: 'none', bytes: 0 };
  }

  #bind(addresses: readonly string[]): string {
    this.done.push('bind');
    return this.drivers.bind(addresses);
  }

  #giveBack(pairs: readonly string[]): string {
    if (this.vm) return `## xepa held\n${addressesOf(pairs).join('\n')}`;
    this.done.push('give back');
    return this.drivers.giveBack(pairs);
  }

  #arm(): string {
    if (this.timer !== 'armed' && this.timerStarts) {
      this.done.push('arm');
      this.timer = 'armed';
    }
    return `## xepa dead-man\n${this.timer}`;
  }

  #disarm(): void {
    if (this.timer === 'armed') this.timer = 'off';
  }

  #launch(argv: readonly string[]): string {
    if (this.timer === 'fired') return '## xepa status\n0\n## xepa pid\n\n## xepa dead-man\nfired';
    if (!this.vm) {
      this.done.push('launch');
      this.vm = { status: 'running', argv: argv.slice(-100), diskFirst: false };
    }
    return '## xepa status\n0\n## xepa pid\n4711';
  }

  /** The guest powers off: QEMU says so, and stays. */
  powerOff(): void {
    if (this.vm) this.vm.status = 'shutdown';
    for (const listener of this.listeners) listener.write('{"event":"SHUTDOWN","data":{"guest":true}}\n');
  }

  #endVm(): void {
    this.vm = null;
  }

  #forward(path: string): Duplex {
    const [ours, theirs] = duplexPair();
    // As a channel: what is closed at one end is closed at the other.
    theirs.once('close', () => ours.destroy());
    if (this.vm && path.endsWith('qmp-events.sock')) this.listeners.push(theirs);
    if (path.endsWith('vnc.sock')) theirs.end(this.vnc);
    else if (this.vm) speakQmp(theirs, { mood: () => this.qmp, execute: (name, args) => execute(this, name, args) });
    else theirs.destroy();
    return ours;
  }
}

function sshError(code: 'unreachable' | 'host-key-changed' | 'not-allowed', retry: 'no' | 'backoff'): XepaError {
  return new XepaError(code, { message: code, userMessage: `The model says: ${code}.`, retry });
}
