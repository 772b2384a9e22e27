import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { BrowserDisc } from '../../core/contracts/browser-disc.ts';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { toXepaError } from '../../core/errors.ts';
import type { InstallStore } from '../../core/install-store.ts';
import type { Logger } from '../../core/log.ts';
import type { HostShell } from '../../core/ssh/host-shell.ts';
import type { CloseReason } from '../close-codes.ts';
import type { Targets } from '../target.ts';
import { exportName, HOLD_MS } from './disc-contract.ts';
import type { DiscLeases, Lease } from './leases.ts';
import { serveNbd } from './nbd-server.ts';
import { browserSocket } from './node-name.ts';
import { PageLink } from './page-link.ts';
import { RemoteFile } from './remote-file.ts';

export interface ServedDiscDeps {
  targets: Pick<Targets, 'use'>;
  leases: DiscLeases;
  store: Pick<InstallStore, 'note'>;
  log: Logger;
}

const ANSWER_MS = 8_000;
const RENEW_MS = 2_000;
/** The way to the device is made again after this, for as long as the disc is served. */
const AGAIN_MS = 1_000;
/** QEMU has one connection; a second one where the first is not known to be dead yet. */
const MAX_CLIENTS = 4;
/** For so long everything is kept for a page that is away. After that it comes back to a fresh start, which does as well. */
const AWAY_MS = 60_000;

/** A disc that this process serves: its page on one side, QEMU on the device on the other. */
export class ServedDisc {
  readonly disc: BrowserDisc;
  readonly #record: InstallRecord;
  readonly #deps: ServedDiscDeps;
  readonly #onClose: () => void;
  readonly #file: RemoteFile;
  readonly #token = randomUUID();
  readonly #clients = new Set<() => void>();
  readonly #renewal: NodeJS.Timeout;
  #link: PageLink | null = null;
  #away: NodeJS.Timeout | undefined;
  #hangUp: () => void = () => undefined;
  #closed = false;

  constructor(deps: ServedDiscDeps, record: InstallRecord, disc: BrowserDisc, onClose: () => void) {
    this.#deps = deps;
    this.#record = record;
    this.disc = disc;
    this.#onClose = onClose;
    this.#file = new RemoteFile({ bytes: disc.bytes, holdMs: HOLD_MS, answerMs: ANSWER_MS });
    this.#renewal = setInterval(() => void this.#renew(), RENEW_MS);
  }

  /**
   * Listens on the device, and goes on to do so by itself.
   * @returns false where the person serves a disc to another install @throws XepaError where it does not work at once
   */
  async start(): Promise<boolean> {
    if (!(await this.#deps.leases.take(this.#lease()))) return false;
    await new Promise<void>((resolve, reject) => {
      this.#listen(resolve).then(() => this.#goOn(), reject);
    });
    return true;
  }

  /** The page comes, or comes back; whichever had it before is told. */
  attach(socket: WebSocket, onClose: (reason: CloseReason | 'left') => void): PageLink {
    clearTimeout(this.#away);
    const before = this.#link;
    this.#link = null;
    before?.close('discTaken');
    const link = new PageLink(socket, this.#file, (reason) => {
      onClose(reason);
      if (this.#link === link) this.#lost(reason);
    });
    this.#link = link;
    void this.#renew();
    return link;
  }

  /** The drive is about to be changed: reads that wait for a page that is away would hold QEMU up. */
  letGo(): void {
    this.#file.letGo();
  }

  /** The one way out; answers when the trail has it. */
  async close(reason: CloseReason): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#renewal);
    clearTimeout(this.#away);
    this.#link?.close(reason);
    this.#file.close();
    this.#hangUp();
    for (const client of this.#clients) client();
    this.#onClose();
    await this.#farewell(reason);
  }

  #lost(reason: CloseReason | 'left'): void {
    this.#link = null;
    if (this.#closed) return;
    // After these it does not come back by itself.
    if (reason !== 'left' && reason !== 'unresponsive') {
      void this.close(reason);
      return;
    }
    this.#away = setTimeout(() => void this.close('discOver'), AWAY_MS);
    void this.#renew();
  }

  async #goOn(): Promise<void> {
    while (!this.#closed) {
      await new Promise((wake) => setTimeout(wake, AGAIN_MS));
      if (this.#closed) return;
      await this.#listen(() => undefined).catch((thrown: unknown) => {
        this.#deps.log.info({ ...this.#about(), err: toXepaError(thrown) }, 'no way to a device for its disc yet');
      });
    }
  }

  /** Resolves when the connection to the device has ended. */
  #listen(onReady: () => void): Promise<void> {
    return this.#deps.targets.use(this.#record, async (shell: HostShell) => {
      const stop = await shell.listen(browserSocket(this.#record), (stream) => this.#accept(stream));
      const over = new Promise<void>((done) => {
        this.#hangUp = done;
        shell.onClose(done);
      });
      if (this.#closed) this.#hangUp();
      onReady();
      await over;
      stop();
    });
  }

  #accept(stream: Duplex): void {
    if (this.#closed || this.#clients.size >= MAX_CLIENTS) return void stream.destroy();
    const { bytes } = this.disc;
    const read = (offset: number, length: number) => this.#file.read(offset, length);
    const end = serveNbd(stream, { name: exportName, bytes, read }, () => this.#clients.delete(end));
    this.#clients.add(end);
  }

  async #renew(): Promise<void> {
    try {
      if (this.#closed || (await this.#deps.leases.renew(this.#lease()))) return;
    } catch (err) {
      this.#deps.log.warn({ ...this.#about(), err }, 'the lease of a disc was not renewed');
      return;
    }
    await this.close('discTaken');
  }

  /** The trail gets how much of the file was read. */
  async #farewell(reason: CloseReason): Promise<void> {
    const { by, name, bytes } = this.disc;
    const detail = { name, bytes, read: this.#file.travelled };
    try {
      if (reason !== 'goingAway') await this.#deps.leases.drop(this.#lease());
      await this.#deps.store.note(this.#record.id, { type: 'console-disc-served', actor: by, detail });
    } catch (err) {
      this.#deps.log.warn({ ...this.#about(), err }, 'the end of a served disc was not noted');
    }
  }

  #lease(): Lease {
    const { n, by } = this.disc;
    const live = this.#link !== null;
    return { installId: this.#record.id, user: by.id, token: this.#token, n, read: this.#file.travelled, live };
  }

  #about(): { installId: string; disc: string } {
    return { installId: this.#record.id, disc: this.disc.name };
  }
}
