/** Ways to restart a server, by their effect. */
export type PowerKind = 'hard-reset' | 'soft-reset' | 'power-on';

/** What a claim about an adapter rests on. None of it is a run against the live service. */
export type Evidence = 'published-description' | 'community-description' | 'stateful-fake' | 'lab-install';

/**
 * What differs between providers, declared: the steps act on this and never on a provider's name. A value is here
 * only when some adapter has it, and a new one comes together with the step that knows what to do with it.
 */
export interface ProviderCapabilities {
  /** `external`: somebody else brought the rescue system up, and undo must leave it running. */
  rescueEntry: 'one-call' | 'activate-then-reset' | 'select-then-reboot' | 'external';
  /**
   * `registered-key`: it lies in the account and must be deleted. `with-entry`: the entry brings it along, and leaving takes it
   * back. `by-ssh`: it lies in the rescue's memory and goes with it. `by-hand`: so does this one, and a person puts it there, with a
   * login that the API does not tell.
   */
  keyDelivery: 'registered-key' | 'with-entry' | 'by-ssh' | 'by-hand';
  /**
   * Where the rescue's host key is known from before anything is sent to it. `from-api`: nobody is spoken to until the
   * provider has published it.
   */
  hostKeys: 'from-api' | 'trust-on-first-use' | 'from-config';
  /** What the provider itself shows when the rescue is up; `state`: until then nobody is spoken to. The proof over SSH follows in any case. */
  readinessHint: 'host-keys' | 'state' | 'none';
  /** The provider may not be asked more often than this while an install waits for its rescue. */
  pollSeconds: number;
  /** An activation that no restart used lapses after this long; null where there is nothing that lapses. */
  activationMinutes: number | null;
  /** How the metal gets back to its disk. */
  leave: 'restart-by-api' | 'select-disk-then-reboot' | 'own-command';
  /** Where its firmware finds what was installed. `told`: the provider is told the loader of the installed system, which lies at the removable path. `unknown`: nothing is published, the removable path is used. */
  bootPath: 'removable' | 'told' | 'unknown';
  /** Rescue itself is a network boot: where that must stay the first choice, boot entries are never reordered. */
  networkBootFirst: 'must-stay' | 'unknown';
  power: readonly PowerKind[];
  /** A way to boot a kernel of one's own, with the IOMMU on. XEPA does not use one yet. */
  ownKernel: 'ipxe' | 'yours' | 'none';
  /** Can a second network path be made by API? XEPA does not make one yet. */
  lifeline: 'by-api' | 'none';
  /** No longer offered by its provider; implemented against the published description only. */
  legacy: boolean;
}

/** An adapter, without a connection: what documents and lists say of it. */
export interface ProviderAbout {
  /** Stands in records and in what people type. */
  readonly id: string;
  /** Stands in sentences. */
  readonly title: string;
  readonly capabilities: ProviderCapabilities;
  readonly tested: readonly Evidence[];
}
