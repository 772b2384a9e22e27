import type { Device } from '../../core/contracts/device.ts';

/** What differs between providers, declared: the steps act on this and never on a provider's name. */
export interface ProviderCapabilities {
  /** `external`: somebody else brought the rescue system up, and undo must leave it running. */
  rescueEntry: 'one-call' | 'external';
  /** Where an install's key is kept: in the account, so that it must be deleted, or in the rescue's memory. */
  keysIn: 'account' | 'rescue-memory';
  /** Where the rescue's host key is known from before anything is sent to it. */
  hostKeys: 'trust-on-first-use' | 'from-config';
  /** No longer offered by its provider; implemented against the published description only. */
  legacy: boolean;
}

/** How to log in to the rescue system. `hostKey` is the public key blob in base64, null where unknown. */
export interface RescueAccess {
  host: string;
  port: number;
  user: string;
  sudo: boolean;
  hostKey: string | null;
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
  access: RescueAccess;
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

/** A provider of bare-metal servers. Each method answers with the state now; the steps wait. All may be repeated. */
export interface Provider {
  readonly id: string;
  readonly title: string;
  readonly capabilities: ProviderCapabilities;
  listDevices(signal: AbortSignal): Promise<Device[]>;
  /** @throws XepaError not-found, provider-auth, provider-unavailable … */
  getServer(deviceId: string, signal: AbortSignal): Promise<ServerState>;
  /** Makes the key known to the device's rescue system, unless one with this label is known already. */
  addKey(deviceId: string, key: { label: string; publicKey: string }, signal: AbortSignal): Promise<void>;
  /** Removes every key with this label; none is no error. */
  removeKey(deviceId: string, label: string, signal: AbortSignal): Promise<void>;
  /** Restarts the device into rescue; returns as soon as the provider has taken the request. */
  enterRescue(deviceId: string, request: Request, signal: AbortSignal): Promise<void>;
  /** Puts saved settings back and restarts the device from its disk. */
  leaveRescue(deviceId: string, request: Request, signal: AbortSignal): Promise<void>;
}

/** The configured providers by id. */
export type Providers = ReadonlyMap<string, Provider>;
