import type { GeneralTrail } from '../core/general-trail.ts';
import type { InventoryStore } from '../core/inventory-store.ts';
import type { IsoCatalogue } from './catalogue.ts';
import { createDeviceNotes, type DeviceNotes } from './device-notes.ts';
import { createFreezes, type Freezes } from './freezes.ts';
import { createIsoLibrary, type IsoLibrary } from './iso-library.ts';
import { type IsoProbe, probeIso } from './iso-probe.ts';
import { isoReach } from './iso-reach.ts';

/** What operators keep in Slack beside the installs, of all workspaces, as one of them may see and change it. */
export interface Shelf {
  notes: DeviceNotes;
  isos: IsoLibrary;
  freezes: Freezes;
  /** Devices as their providers describe them: without our tags. */
  provided: Pick<InventoryStore, 'read'>;
  /** Asks the address of an ISO whether it is there. */
  probe(url: string): Promise<IsoProbe>;
}

export interface ShelfDeps {
  trail: GeneralTrail;
  provided: Pick<InventoryStore, 'read'>;
  /** ISOs and prefixes of addresses that the settings name. */
  isos: { catalogue: IsoCatalogue; allow: readonly string[] };
  /** The workspace that sees it. */
  team: string;
}

const PROBE_MS = 10_000;

export function createShelf(deps: ShelfDeps): Shelf {
  const { trail, provided, team } = deps;
  const reach = isoReach(deps.isos);
  return {
    notes: createDeviceNotes(trail, team),
    isos: createIsoLibrary(trail, team),
    freezes: createFreezes(trail, team),
    provided,
    probe: (url) => probeIso(url, { reach, limitMs: PROBE_MS }),
  };
}
