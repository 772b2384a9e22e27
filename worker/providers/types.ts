import type { Device } from '../../core/contracts/device.ts';
import type { BondedPort, PathAddress, SecondPath } from '../../core/contracts/lifeline.ts';
import type { ProviderAbout, ProviderCapabilities } from './capabilities.ts';

/** How to log in to the rescue system. */
export interface RescueAccess {
  host: string;
  port: number;
  user: string;
  sudo: boolean;
  /** The public key blob in base64 where it is known from before, else null. */
  hostKey: string | null;
  /** Fingerprints that the provider publishes for this very boot, in any of OpenSSH's forms; none where it has not. */
  published: readonly string[];
  /** The provider itself says that the rescue system is not up yet: nobody is asked there. */
  pending?: boolean;
  /** It says that the entry came to nothing, so that it is waited for no longer. */
  failed?: boolean;
  /** What else is waited for before anybody may be spoken to, completing "Waiting for …". */
  missing?: string;
}

/** The device at the provider, as it is now. */
export interface ServerState {
  name: string;
  address: string;
  macs: string[];
  /** Null when the device can be worked on, else a sentence why not. */
  blocked: string | null;
  /** Settings to put back when we leave; the adapter's own business. */
  saved: Record<string, unknown>;
  /** Names the present; see Request. */
  marker: string;
}

/**
 * A request that must not be made twice. `marker` was taken, and saved, before the first try: when the provider's
 * history shows the request after it, nothing is sent again.
 */
export interface Request {
  marker: string;
  saved: Record<string, unknown>;
}

/** The way out of rescue. */
export interface LeaveRequest extends Request {
  /** The UEFI loader of the installed system, as a path on its EFI partition: for providers that must be told. Null: not known, or BIOS. */
  loader?: string | null;
}

/** The key of one install: `label` finds it again, `publicKey` is a line of authorized_keys. */
export interface InstallKey {
  label: string;
  publicKey: string;
}

/** An entry into rescue, for this key. */
export interface RescueRequest extends Request {
  key: InstallKey;
}

/**
 * What became of a request for rescue. `asked`: this call has asked for a restart. `heard`: an earlier call had. `running`: nothing
 * restarts the device for it, since a rescue system of before is up or on its way, and stays.
 */
export type Entered = 'asked' | 'heard' | 'running';

/** Null: it is so. Else what is waited for, completing "Waiting for …". */
export type NotYet = string | null;

/**
 * One thing that a second path is made of. Both methods may be repeated, also when the answer to an earlier call was lost, and
 * neither waits. What is taken back was begun, and perhaps no more than that.
 */
export interface PathPart {
  /** Stands in records. */
  readonly name: string;
  make(path: SecondPath, signal: AbortSignal): Promise<NotYet>;
  takeBack(path: SecondPath, signal: AbortSignal): Promise<NotYet>;
}

/** Moves our own connection to another port of the device, so that the first one can be given away. */
export interface LifelineMove {
  /**
   * The ports of the device's bond. Changes nothing.
   * @throws XepaError device-unfit with what is in the way, and what to do
   */
  ports(deviceId: string, signal: AbortSignal): Promise<BondedPort[]>;
  /** In the order in which they are made; they are taken back in the opposite one. */
  readonly parts: readonly PathPart[];
  /** Once every part is made. */
  address(path: SecondPath, signal: AbortSignal): Promise<PathAddress>;
  /** What is still there of paths with any label of ours. */
  leftovers(signal: AbortSignal): Promise<SecondPath[]>;
}

/** A provider of bare-metal servers. Each method answers with the state now; the steps wait. All may be repeated. */
export interface Provider extends ProviderAbout {
  /** Of one device, where they are not those of all. */
  capabilitiesOf?(deviceId: string): ProviderCapabilities;
  listDevices(signal: AbortSignal): Promise<Device[]>;
  /** @throws XepaError not-found, provider-auth, provider-unavailable … */
  getServer(deviceId: string, signal: AbortSignal): Promise<ServerState>;
  /** Makes the key known to the device's rescue system, unless one with this label is known already. */
  addKey(deviceId: string, key: InstallKey, signal: AbortSignal): Promise<void>;
  /** Removes every key with this label; none is no error. */
  removeKey(deviceId: string, label: string, signal: AbortSignal): Promise<void>;
  /** Restarts the device into rescue; returns as soon as the provider has taken the request. */
  enterRescue(deviceId: string, request: RescueRequest, signal: AbortSignal): Promise<Entered>;
  /** How the rescue system of this entry is reached, as far as it is known now. Asked often while an install waits. */
  rescueAccess(deviceId: string, request: RescueRequest, signal: AbortSignal): Promise<RescueAccess>;
  /** Puts saved settings back and restarts the device from its disk, unless it was never restarted into rescue. */
  leaveRescue(deviceId: string, request: LeaveRequest, signal: AbortSignal): Promise<void>;
  /** There where `capabilities.lifeline` is `by-api`, and only there. */
  readonly lifeline?: LifelineMove;
}

/** The configured providers by id. */
export type Providers = ReadonlyMap<string, Provider>;
