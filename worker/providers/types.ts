import type { Device } from '../../core/contracts/device.ts';
import type { ProviderAbout } from './capabilities.ts';

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

/** A provider of bare-metal servers. Each method answers with the state now; the steps wait. All may be repeated. */
export interface Provider extends ProviderAbout {
  listDevices(signal: AbortSignal): Promise<Device[]>;
  /** @throws XepaError not-found, provider-auth, provider-unavailable … */
  getServer(deviceId: string, signal: AbortSignal): Promise<ServerState>;
  /** Makes the key known to the device's rescue system, unless one with this label is known already. */
  addKey(deviceId: string, key: InstallKey, signal: AbortSignal): Promise<void>;
  /** Removes every key with this label; none is no error. */
  removeKey(deviceId: string, label: string, signal: AbortSignal): Promise<void>;
  /** Restarts the device into rescue; returns as soon as the provider has taken the request. */
  enterRescue(deviceId: string, request: RescueRequest, signal: AbortSignal): Promise<void>;
  /** How the rescue system of this entry is reached, as far as it is known now. Asked often while an install waits. */
  rescueAccess(deviceId: string, request: RescueRequest, signal: AbortSignal): Promise<RescueAccess>;
  /** Puts saved settings back and restarts the device from its disk, unless it was never restarted into rescue. */
  leaveRescue(deviceId: string, request: LeaveRequest, signal: AbortSignal): Promise<void>;
}

/** The configured providers by id. */
export type Providers = ReadonlyMap<string, Provider>;
