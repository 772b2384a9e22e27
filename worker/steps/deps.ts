import { posix } from 'node:path';
import type { InstallRecord, IsoRequest } from '../../core/contracts/install.ts';
import type { DeviceLeases } from '../../core/device-lease.ts';
import type { DeviceProfileStore } from '../../core/device-profile-store.ts';
import type { DiscProgress } from '../../core/disc-progress.ts';
import { XepaError } from '../../core/errors.ts';
import type { InstallStore } from '../../core/install-store.ts';
import { mediaFolder } from '../../core/media-paths.ts';
import type { Sealer } from '../../core/sealing.ts';
import type { OpenShell } from '../../core/ssh/host-shell.ts';
import type { Tickets } from '../../core/tickets.ts';
import type { QemuOptions } from '../host/qemu.ts';
import type { RescueKernels } from '../host/rescue-kernels.ts';
import type { ProviderCapabilities } from '../providers/capabilities.ts';
import type { Provider, Providers } from '../providers/types.ts';
import type { ShellPool } from '../shell-pool.ts';
import type { EndWatch } from './end-watch.ts';
import type { Eyes } from './eyes.ts';

/** How patient the steps are, and what the operator may tune. Times in milliseconds. */
export interface StepSettings {
  /** For one entry into rescue, from the request to the proof. */
  rescueMs: number;
  mediaMs: number;
  /** For the installer at its console. */
  attendMs: number;
  attendPollMs: number;
  /** For the guest to follow an ACPI power-down. */
  powerDownMs: number;
  verifyMs: number;
  /** The same where the metal starts by UEFI, which tests and initialises for longer. */
  verifyUefiMs: number;
  /** How long a question to people stays open before XEPA goes on without an answer; 0: nothing is asked. */
  askMs: number;
  /** TCP ports beside SSH on which the installed system may answer. */
  verifyPorts: readonly number[];
  /** Without a sign of a worker for this long, the device gives its hardware back by itself. Seconds. */
  deadManSeconds: number;
  /** Where a device or the network does not come back to the server then, it restarts itself. */
  deadManReboot: boolean;
  /** Base addresses of repositories by the ID of a distribution: alpine, debian, ubuntu. */
  rescueMirrors: Readonly<Partial<Record<string, string>>>;
  /** Starting the rescue kernel anew with the IOMMU on, and its files by provider. */
  kexec: { allowed: boolean; kernels: RescueKernels };
  /** Upper limits of what the VM gets. */
  limits: { memoryMb: number; cpus: number };
  vm: QemuOptions;
  /** What `{{xepa.password_hash}}` in an answer file stands for. */
  passwordHash?: string | undefined;
}

/** What steps may use. Each step takes only its part. */
export interface StepDeps {
  store: Pick<InstallStore, 'find'>;
  providers: Providers;
  leases: DeviceLeases;
  profiles: Pick<DeviceProfileStore, 'save'>;
  sealer: Sealer;
  shells: ShellPool;
  openShell: OpenShell;
  tickets: Pick<Tickets, 'revokeAll'>;
  /** The host key that a server presents, or null when nothing there speaks SSH. */
  readHostKey(at: { host: string; port: number; timeoutMs: number }): Promise<string | null>;
  /** What answers on a TCP port, in a few words that may be none; null when no connection is accepted. */
  askService(at: { host: string; port: number; timeoutMs: number }): Promise<string | null>;
  /** Whether an ICMP echo is answered; null where the worker cannot ask for one. */
  ping(host: string): Promise<boolean | null>;
  /** Looks at the VM's screen for people; never fails a step. */
  eyes: Eyes;
  /** Wakes the install when its guest ends. */
  endWatch: EndWatch;
  /** Tells the console how a download goes. */
  discProgress: Pick<DiscProgress, 'tell'>;
  settings: StepSettings;
}

/** @throws XepaError not-found when the provider is no longer configured */
export function providerOf(deps: Pick<StepDeps, 'providers'>, record: InstallRecord): Provider {
  const provider = deps.providers.get(record.device.provider);
  if (provider) return provider;
  throw new XepaError('not-found', {
    message: `provider ${record.device.provider} is not configured`,
    userMessage: `The provider \`${record.device.provider}\` is not configured on this worker.`,
    retry: 'backoff',
  });
}

/** What the provider declares, of this device. */
export function capabilitiesOf(deps: Pick<StepDeps, 'providers'>, record: InstallRecord): ProviderCapabilities {
  const provider = providerOf(deps, record);
  return provider.capabilitiesOf?.(record.device.id) ?? provider.capabilities;
}

/** Facts that an earlier step must have left. */
export function need<T>(fact: T | undefined, name: string): T {
  if (fact !== undefined) return fact;
  throw new XepaError('internal', {
    message: `the facts of ${name} are missing`,
    userMessage: `XEPA lost what it learnt in the step "${name}"; cancel this install and start a new one.`,
  });
}

/** The ISO of an install; a console on what is installed has none, and no step asks for it there. */
export function isoOf({ request }: InstallRecord): IsoRequest {
  return need(request.iso, 'request');
}

/** Folder of the install on the device: sockets, pid file, variables. Short: unix socket paths hold 107 characters. */
export function runDir({ id, facts }: InstallRecord): string {
  return facts.launch?.dir ?? `/run/xepa/${id}`;
}

export function mediaPath({ id, facts }: InstallRecord): string {
  return facts.media?.path ?? `${mediaFolder}/${id}.iso`;
}

/** Of a further disc, by its number in the request; beside the ISO. */
export function alsoPath(record: InstallRecord, index: number): string {
  return `${besideIso(record)}-also${index}.iso`;
}

/** What is made of an answer file and of the installer's own kernel; beside the ISO. */
export function answerPaths(record: InstallRecord): { disc: string; cpio: string; kernel: string; initrd: string } {
  const base = besideIso(record);
  return {
    disc: `${base}-answer.iso`,
    cpio: `${base}-answer.cpio`,
    kernel: `${base}-kernel`,
    initrd: `${base}-initrd`,
  };
}

function besideIso({ id, facts }: InstallRecord): string {
  return `${facts.media ? posix.dirname(facts.media.path) : mediaFolder}/${id}`;
}
