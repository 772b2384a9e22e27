import type { BondedPort, PathAddress, SecondPath } from '../../core/contracts/lifeline.ts';
import { XepaError } from '../../core/errors.ts';
import type { LifelineMove, PathPart } from '../../worker/providers/types.ts';

/** A provider's second path in two parts, the second one standing on the first. Both are known by their path's label. */
export class ModelLifeline implements LifelineMove {
  /** What is there, in the order in which it was made. */
  readonly there: string[] = [];
  /** Looks that each part takes until it is so, either way. */
  slowLooks = 0;
  /** Errors to throw once, by `make bond`, `take back bond` and so on. `after`: it was done, but the answer was lost. */
  readonly faults = new Map<string, { error: Error; after?: boolean }>();
  readonly #looks = new Map<string, number>();
  members: BondedPort[] = [
    { id: 'port-1', name: 'eth0', mac: '52:54:00:aa:00:01' },
    { id: 'port-2', name: 'eth1', mac: '52:54:00:bb:00:01' },
  ];
  readonly parts: readonly PathPart[] = [this.#part('bond'), this.#part('vlan')];

  ports: LifelineMove['ports'] = async () => this.members;

  address: LifelineMove['address'] = async (): Promise<PathAddress> => ({
    ...{ address: '203.0.113.2', prefix: 29, gateway: '203.0.113.1' },
  });

  async leftovers(): Promise<SecondPath[]> {
    const labels = new Set(this.there.map((text) => text.split(' ')[1] ?? ''));
    return [...labels].map((label) => ({ label, deviceId: 'd-1', portId: 'port-1' }));
  }

  #part(name: string): PathPart {
    const nameOf = ({ label, portId }: SecondPath) => `${name} ${label} ${portId}`;
    return {
      name,
      make: async (path) =>
        this.#act(`make ${name}`, () => {
          if (!this.there.includes(nameOf(path))) this.there.push(nameOf(path));
        }),
      takeBack: async (path) =>
        this.#act(`take back ${name}`, () => {
          const at = this.there.indexOf(nameOf(path));
          if (name === 'bond' && this.there.some((text) => text.startsWith('vlan'))) throw refused();
          if (at !== -1) this.there.splice(at, 1);
        }),
    };
  }

  #act(name: string, act: () => void): string | null {
    const fault = this.faults.get(name);
    this.faults.delete(name);
    if (fault && !fault.after) throw fault.error;
    const looks = this.#looks.get(name) ?? 0;
    this.#looks.set(name, looks + 1);
    if (looks < this.slowLooks) return `the provider to ${name}`;
    act();
    if (fault) throw fault.error;
    return null;
  }
}

function refused(): XepaError {
  const text = 'a VLAN is still assigned';
  return new XepaError('provider-rejected', { message: text, userMessage: text });
}
