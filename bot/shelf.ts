import type { GeneralTrail } from '../core/general-trail.ts';
import type { InventoryStore } from '../core/inventory-store.ts';
import { createDeviceNotes, type DeviceNotes } from './device-notes.ts';
import { createFreezes, type Freezes } from './freezes.ts';
import { createIsoLibrary, type IsoLibrary } from './iso-library.ts';
import { type IsoProbe, probeIso } from './iso-probe.ts';

/** What operators keep in Slack beside the installs. */
export interface Shelf {
  notes: DeviceNotes;
  isos: IsoLibrary;
  freezes: Freezes;
  /** Devices as their providers describe them: without our tags. */
  provided: Pick<InventoryStore, 'read'>;
  /** Asks the address of an ISO whether it is there. */
  probe(url: string): Promise<IsoProbe>;
}

const PROBE_MS = 10_000;

export function createShelf(deps: { trail: GeneralTrail; provided: Pick<InventoryStore, 'read'> }): Shelf {
  return {
    notes: createDeviceNotes(deps.trail),
    isos: createIsoLibrary(deps.trail),
    freezes: createFreezes(deps.trail),
    provided: deps.provided,
    probe: (url) => probeIso(url, PROBE_MS),
  };
}
