import type { ConsoleRight } from '../core/contracts/console-right.ts';
import type { InstallRecord } from '../core/contracts/install.ts';
import { custodyOf, sameCustody } from './custody.ts';
import type { Custody } from './custody-contract.ts';
import { LEASE_MS } from './keyboard-leases.ts';
import { isFree, type KeyboardWish, type Seen } from './keyboard-rules.ts';
import type { KeyboardsDeps, Place, Typist } from './keyboards.ts';

interface Screen {
  user: string;
  right: ConsoleRight;
  typist: Typist | null;
  /** Its messages went to the VM since the last look. */
  typed: boolean;
}

/** The screens that this process has of one install, and what it knows of their keyboard. One thing at a time. */
export class KeyboardRoom {
  readonly #deps: KeyboardsDeps;
  readonly #installId: string;
  readonly #screens = new Set<Screen>();
  #record: InstallRecord | null = null;
  #names: Readonly<Record<string, string>> = {};
  /** The term that this process keeps alive, and until when it may rely on that without asking. */
  #kept: { user: string; until: number } | null = null;
  #touchedAt = 0;
  #told: Custody | null = null;
  #reaching = false;
  #turn: Promise<void> = Promise.resolve();
  #due: NodeJS.Timeout | undefined;

  constructor(deps: KeyboardsDeps, installId: string) {
    this.#deps = deps;
    this.#installId = installId;
  }

  get isEmpty(): boolean {
    return this.#screens.size === 0;
  }

  /** @param onLeave called when the screen has left */
  add(who: Pick<Screen, 'user' | 'right'>, onLeave: () => void): Place {
    const screen: Screen = { ...who, typist: null, typed: false };
    this.#screens.add(screen);
    return {
      mayType: () => this.#mayType(screen),
      touch: () => {
        screen.typed = true;
        this.#touchedAt = this.#deps.clock.now();
      },
      reach: () => this.#reach(screen.user),
      attach: (typist) => {
        screen.typist = typist;
        if (this.#told) typist.tell(this.#told);
      },
      leave: () => {
        if (this.#screens.delete(screen)) onLeave();
      },
    };
  }

  /** Reads the record anew, and does what follows from it. */
  read(): Promise<void> {
    return this.#inTurn(async () => {
      const { store, names } = this.#deps;
      [this.#record, this.#names] = await Promise.all([store.find(this.#installId), names.of(this.#installId)]);
      await this.#see();
    });
  }

  /** Renews what is kept here, and does what time brings. */
  look(): Promise<void> {
    return this.#inTurn(() => this.#see());
  }

  wish(wish: KeyboardWish): Promise<void> {
    return this.#inTurn(async () => {
      const [{ record }, names] = await Promise.all([
        this.#deps.desk.decide(this.#installId, wish),
        this.#deps.names.of(this.#installId),
      ]);
      [this.#record, this.#names] = [record, names];
      await this.#see();
    });
  }

  close(): void {
    clearTimeout(this.#due);
  }

  #mayType({ user, right }: Screen): boolean {
    const kept = this.#kept;
    return right === 'control' && kept?.user === user && this.#deps.clock.now() < kept.until;
  }

  #reach(user: string): void {
    if (this.#reaching || this.#told?.holder !== null) return;
    this.#reaching = true;
    void this.wish({ do: 'sit', user }).finally(() => {
      this.#reaching = false;
    });
  }

  async #see(): Promise<void> {
    const record = this.#record;
    if (!record) return;
    const lease = await this.#leaseOf(record);
    this.#dropHeld();
    const seen = { lease, now: this.#deps.clock.now() };
    if (isDue(record, seen)) {
      const { record: after, no } = await this.#deps.desk.decide(this.#installId, { do: 'settle' });
      this.#record = after;
      if (no === null) return this.#see();
    }
    this.#tell(custodyOf(record, this.#names, seen));
  }

  /** Keeps the lease of a holder who is here; of one who is elsewhere only looks whether it lasts. */
  async #leaseOf(record: InstallRecord): Promise<Seen['lease']> {
    const { leases, clock } = this.#deps;
    const holder = record.console?.keyboard?.holder;
    const from = clock.now();
    const touchedAt = holder ? await leases.touchedAt(record.id, holder.term) : null;
    const lease = { term: holder?.term ?? '', touchedAt };
    const isHere = [...this.#screens].some(({ user, right }) => user === holder?.user && right === 'control');
    if (!holder || touchedAt === null || !isHere) {
      this.#kept = null;
      return lease;
    }
    // With screens in two processes the newer touch counts.
    lease.touchedAt = Math.max(touchedAt, this.#kept?.user === holder.user ? this.#touchedAt : 0);
    const renewed = await leases.renew(record.id, holder.term, lease.touchedAt);
    this.#kept = renewed ? { user: holder.user, until: from + LEASE_MS } : null;
    return renewed ? lease : { ...lease, touchedAt: null };
  }

  /** Whoever typed here and may not any more holds no key in the guest. */
  #dropHeld(): void {
    for (const screen of this.#screens) {
      if (screen.typed && !this.#mayType(screen)) screen.typist?.letGo();
      screen.typed &&= this.#mayType(screen);
    }
  }

  #tell(custody: Custody): void {
    clearTimeout(this.#due);
    if (custody.claim) this.#due = setTimeout(() => void this.look(), custody.claim.inMs + 20);
    const isNews = !sameCustody(this.#told, custody);
    this.#told = custody;
    if (isNews) for (const { typist } of this.#screens) typist?.tell(custody);
  }

  /** Without Redis nothing changes hands, and what is kept here ends with its lease. */
  #inTurn(act: () => Promise<void>): Promise<void> {
    const { log } = this.#deps;
    const warn = (err: unknown) => log.warn({ installId: this.#installId, err }, 'the keyboard could not be looked at');
    this.#turn = this.#turn.then(act).catch(warn);
    return this.#turn;
  }
}

/** Whether time has brought something that the record does not say yet. */
function isDue({ console }: InstallRecord, { lease, now }: Pick<Seen, 'lease' | 'now'>): boolean {
  const keyboard = console?.keyboard;
  if (!keyboard?.holder) return false;
  return isFree(keyboard, { lease }) || (keyboard.claim !== undefined && now >= keyboard.claim.due);
}
