import type { BrowserDisc } from '../../core/contracts/browser-disc.ts';
import type { InstallRecord } from '../../core/contracts/install.ts';
import type { ChangeWatch } from '../change-watch.ts';
import { type Refusal, refuse } from '../refusals.ts';
import { ServedDisc, type ServedDiscDeps } from './served-disc.ts';

/** The discs that this process serves. */
export interface DiscServers {
  /** The one of this install, begun where it is not served here yet. @throws XepaError where the device does not take it */
  serve(record: InstallRecord, disc: BrowserDisc): Promise<ServedDisc | Refusal>;
  close(): Promise<void>;
}

export interface DiscServersDeps extends ServedDiscDeps {
  store: ServedDiscDeps['store'] & { find(id: string): Promise<InstallRecord | null> };
  changes: ChangeWatch;
  /** Discs of one process. */
  total: number;
}

/** After these acts the drive has another disc, or none; unless it is this one that is put in. */
const movesDisc: ReadonlySet<string> = new Set(['eject', 'insert', 'installer']);

export function createDiscServers(deps: DiscServersDeps): DiscServers {
  const served = new Map<string, Promise<ServedDisc | Refusal>>();
  const open = new Map<string, ServedDisc>();
  const moved = new Map<string, number>();

  async function begin(record: InstallRecord, disc: BrowserDisc): Promise<ServedDisc | Refusal> {
    const { id } = record;
    const begun = new ServedDisc(deps, record, disc, () => {
      if (open.get(id) !== begun) return;
      open.delete(id);
      served.delete(id);
      moved.delete(id);
    });
    void open.get(id)?.close('discTaken');
    open.set(id, begun);
    moved.set(id, lastMove(record));
    try {
      if (await begun.start()) return begun;
    } catch (error) {
      void begun.close('screenSilent');
      throw error;
    }
    void begun.close('discOver');
    return refuse('machine-refuses', elsewhere);
  }

  async function follow(installId: string): Promise<void> {
    const one = open.get(installId);
    if (!one) return;
    const record = await deps.store.find(installId);
    const disc = record?.browserDisc;
    if (!record || disc?.n !== one.disc.n || disc.over === true) return one.close('discOver');
    if (lastMove(record) <= (moved.get(installId) ?? 0)) return;
    moved.set(installId, lastMove(record));
    one.letGo();
  }

  const followQuietly = (installId: string) =>
    follow(installId).catch((err) => deps.log.warn({ installId, err }, 'a served disc could not be checked'));
  deps.changes.listen((notice) => {
    for (const id of notice ? [notice.installId] : [...open.keys()]) void followQuietly(id);
  });

  return {
    async serve(record, disc) {
      const before = served.get(record.id);
      // No turn is lost where there is none: two pages at once must not both begin.
      const known = before ? await before.catch(() => null) : null;
      if (known instanceof ServedDisc && known.disc.n === disc.n && open.get(record.id) === known) return known;
      if (open.size >= deps.total && !open.has(record.id)) return refuse('too-many', tooManyHere);
      const begun = begin(record, disc);
      served.set(record.id, begun);
      return begun;
    },
    async close() {
      await Promise.all([...open.values()].map((one) => one.close('goingAway')));
    },
  };
}

/** The number of the act by which somebody last took the disc out of the drive, if it was there. */
function lastMove({ console: use, browserDisc: own }: InstallRecord): number {
  const takesOut = use?.acts?.findLast(
    ({ what, disc }) => movesDisc.has(what) && !(what === 'insert' && disc === own?.name),
  );
  return takesOut?.n ?? 0;
}

const elsewhere = 'A file of yours is served to another server already. Stop that one first.';
const tooManyHere = 'Files of too many computers are served right now. Try again later.';
