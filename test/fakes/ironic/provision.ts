import { setTimeout as wait } from 'node:timers/promises';
import type { IronicAccount, IronicNode } from './account.ts';
import { Refused } from './refused.ts';

/** From which states each may be asked for: https://docs.openstack.org/ironic/latest/user/states.html */
const allowed: Record<string, readonly string[]> = {
  rescue: ['active', 'rescue', 'rescue failed', 'unrescue failed'],
  unrescue: ['rescue', 'rescue failed', 'unrescue failed'],
  abort: ['rescue wait'],
};

/** Carries changes of state out behind the API's answer. */
export class Provisioning {
  readonly #account: IronicAccount;
  readonly #delayMs: number;
  readonly #running = new Set<Promise<void>>();
  readonly #stop = new AbortController();

  constructor(account: IronicAccount, delayMs: number) {
    this.#account = account;
    this.#delayMs = delayMs;
  }

  /** Returns at once, or refuses. */
  accept(node: IronicNode, target: string, password: unknown): void {
    check(node, target, password);
    if (target === 'abort') {
      this.#account.moves(node, 'rescue failed', 'rescue');
    } else if (target === 'rescue') {
      node.passwords.push(String(password));
      this.#account.moves(node, 'rescuing', 'rescue');
      this.#run(() => this.#rescue(node));
    } else {
      this.#account.moves(node, 'unrescuing', 'active');
      this.#run(() => this.#unrescue(node));
    }
  }

  /** Waits for all that was asked for. */
  async settled(): Promise<void> {
    await Promise.all(this.#running);
  }

  /** Drops what has not begun and waits for what has. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.settled();
  }

  async #rescue(node: IronicNode): Promise<void> {
    this.#account.moves(node, 'rescue wait', 'rescue');
    node.authorise(keysOf(node));
    const boots = await this.#restart(node, 'rescue');
    if (node.neverReports || node.state !== 'rescue wait') return;
    if (boots) this.#account.moves(node, 'rescue', null);
    else this.#account.moves(node, 'rescue failed', 'rescue');
  }

  async #unrescue(node: IronicNode): Promise<void> {
    node.authorise([]);
    if (await this.#restart(node, 'disk')) this.#account.moves(node, 'active', null);
    else this.#account.moves(node, 'unrescue failed', 'active');
  }

  async #restart({ machine }: IronicNode, into: 'rescue' | 'disk'): Promise<boolean> {
    return await machine.reset(into).then(
      () => true,
      () => false,
    );
  }

  #run(change: () => Promise<void>): void {
    const running = wait(this.#delayMs, false, { signal: this.#stop.signal })
      .catch(() => true)
      .then((stopped) => (stopped ? undefined : change()));
    this.#running.add(running);
    void running.finally(() => this.#running.delete(running));
  }
}

function check({ uuid, state, maintenance }: IronicNode, target: string, password: unknown): void {
  const from = allowed[target];
  if (!from) throw new Refused(400, `Unknown target state ${target}`);
  if (target === 'rescue' && (typeof password !== 'string' || password.trim() === '')) {
    throw new Refused(400, 'A non-empty "rescue_password" is required when setting target provision state to rescue');
  }
  if (maintenance) {
    throw new Refused(
      400,
      `The ${target} operation can't be performed on node ${uuid} because it's in maintenance mode.`,
    );
  }
  if (from.includes(state)) return;
  const words = `The requested action "${target}" can not be performed on node "${uuid}" while it is in state "${state}".`;
  throw new Refused(400, words);
}

/** What the element dynamic-login reads off the kernel's command line, which is put together as Ironic does it. */
function keysOf({ driverInfo, instanceInfo }: IronicNode): string[] {
  const chosen = instanceInfo.kernel_append_params ?? driverInfo.kernel_append_params ?? '%default%';
  const line = `nofb vga=normal ${String(chosen).replaceAll('%default%', 'quiet')} ipa-api-url=http://ironic`;
  const key = /sshkey="?([^"]+)"/.exec(line)?.[1];
  return key === undefined ? [] : [key];
}
