import type { XepaError } from '../../core/errors.ts';
import type { Evidence, ProviderCapabilities } from '../../worker/providers/capabilities.ts';
import type {
  Entered,
  InstallKey,
  LeaveRequest,
  LifelineMove,
  Provider,
  Request,
  RescueAccess,
  ServerState,
} from '../../worker/providers/types.ts';

type Call = 'getServer' | 'addKey' | 'removeKey' | 'enterRescue' | 'leaveRescue';

/** A provider of one server with a history, as the port demands it: a request after its marker is not repeated. */
export class ModelProvider implements Provider {
  readonly id = 'equinix-metal';
  readonly title = 'Model';
  capabilities: ProviderCapabilities = {
    rescueEntry: 'one-call',
    keyDelivery: 'registered-key',
    hostKeys: 'trust-on-first-use',
    readinessHint: 'none',
    pollSeconds: 1,
    activationMinutes: null,
    leave: 'restart-by-api',
    bootPath: 'unknown',
    networkBootFirst: 'unknown',
    power: ['hard-reset'],
    ownKernel: 'none',
    lifeline: 'none',
    legacy: false,
  };
  capabilitiesOf: (deviceId: string) => ProviderCapabilities = () => this.capabilities;
  readonly tested: readonly Evidence[] = [];
  lifeline?: LifelineMove;
  blocked: string | null = null;
  hostKey: string | null = null;
  published: string[] = [];
  /** What the rescue system is still waited for. */
  missing: string | undefined;
  pending = false;
  /** It restarts nothing: its rescue system is up, and stays. */
  running = false;
  /** It says that the last entry came to nothing. */
  failed = false;
  readonly keys = new Map<string, string>();
  /** The loader that it was told of last. */
  loader: string | null | undefined;
  /** Restarts in order. */
  readonly history: ('rescue' | 'reboot')[] = [];
  /** Errors to throw once. `after`: the request was taken, but its answer was lost. */
  readonly faults = new Map<Call, { error: XepaError | Error; after?: boolean }>();
  onRestart: (into: 'rescue' | 'reboot') => void = () => undefined;

  listDevices: Provider['listDevices'] = async () => [
    { provider: this.id, id: 'd-1', name: 'web-07', address: '127.0.77.1', tags: [] },
  ];

  async getServer(): Promise<ServerState> {
    return this.#call('getServer', () => ({
      name: 'web-07',
      address: '127.0.77.1',
      macs: ['52:54:00:aa:00:01'],
      blocked: this.blocked,
      saved: { always_pxe: false },
      marker: String(this.history.length),
    }));
  }

  async addKey(_deviceId: string, key: InstallKey): Promise<void> {
    this.#call('addKey', () => this.keys.set(key.label, this.keys.get(key.label) ?? key.publicKey));
  }

  async removeKey(_deviceId: string, label: string): Promise<void> {
    this.#call('removeKey', () => this.keys.delete(label));
  }

  async enterRescue(_deviceId: string, request: Request): Promise<Entered> {
    return this.#call('enterRescue', () => (this.running ? 'running' : this.#restart('rescue', request)));
  }

  async rescueAccess(): Promise<RescueAccess> {
    const { hostKey, published, pending, failed, missing } = this;
    const login = { host: '127.0.77.1', port: 22, user: 'root', sudo: false };
    return { ...login, hostKey, published, pending, failed, ...(missing === undefined ? {} : { missing }) };
  }

  async leaveRescue(_deviceId: string, request: LeaveRequest): Promise<void> {
    this.loader = request.loader;
    this.#call('leaveRescue', () => this.#restart('reboot', request));
  }

  #restart(into: 'rescue' | 'reboot', request: Request): 'asked' | 'heard' {
    if (this.history.slice(Number(request.marker)).includes(into)) return 'heard';
    this.history.push(into);
    this.onRestart(into);
    return 'asked';
  }

  #call<T>(name: Call, act: () => T): T {
    const fault = this.faults.get(name);
    this.faults.delete(name);
    if (fault && !fault.after) throw fault.error;
    const answer = act();
    if (fault) throw fault.error;
    return answer;
  }
}
