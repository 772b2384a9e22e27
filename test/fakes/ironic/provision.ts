import { bootInto, type DeferredWork } from '../deferred-work.ts';
import type { IronicAccount, IronicNode } from './account.ts';
import { refused } from './refused.ts';

/** From which states each may be asked for: https://docs.openstack.org/ironic/latest/user/states.html */
const allowed: Record<string, readonly string[]> = {
  rescue: ['active', 'rescue', 'rescue failed', 'unrescue failed'],
  unrescue: ['rescue', 'rescue failed', 'unrescue failed'],
  abort: ['rescue wait'],
};

/** Carries changes of state out behind the API's answer. */
export class Provisioning {
  readonly #account: IronicAccount;
  readonly #work: DeferredWork;

  constructor(account: IronicAccount, work: DeferredWork) {
    this.#account = account;
    this.#work = work;
  }

  /** Returns at once, or refuses. */
  accept(node: IronicNode, target: string, password: unknown): void {
    check(node, target, password);
    if (target === 'abort') {
      this.#account.moves(node, 'rescue failed', 'rescue');
    } else if (target === 'rescue') {
      node.passwords.push(String(password));
      this.#account.moves(node, 'rescuing', 'rescue');
      this.#work.accept(node.uuid, () => this.#rescue(node));
    } else {
      this.#account.moves(node, 'unrescuing', 'active');
      this.#work.accept(node.uuid, () => this.#unrescue(node));
    }
  }

  async #rescue(node: IronicNode): Promise<void> {
    this.#account.moves(node, 'rescue wait', 'rescue');
    const parameters = parametersOf(node);
    node.tellKernel(parameters);
    node.authorise(keysIn(parameters));
    const boots = await bootInto(node.machine, 'rescue');
    if (node.neverReports || node.state !== 'rescue wait') return;
    if (boots) this.#account.moves(node, 'rescue', null);
    else this.#account.moves(node, 'rescue failed', 'rescue');
  }

  async #unrescue(node: IronicNode): Promise<void> {
    node.tellKernel('');
    node.authorise([]);
    if (await bootInto(node.machine, 'disk')) this.#account.moves(node, 'active', null);
    else this.#account.moves(node, 'unrescue failed', 'active');
  }
}

function check({ uuid, state, maintenance }: IronicNode, target: string, password: unknown): void {
  const from = allowed[target];
  if (!from) throw refused(400, `Unknown target state ${target}`);
  if (target === 'rescue' && (typeof password !== 'string' || password.trim() === '')) {
    throw refused(400, 'A non-empty "rescue_password" is required when setting target provision state to rescue');
  }
  if (maintenance) {
    throw refused(400, `The ${target} operation can't be performed on node ${uuid} because it's in maintenance mode.`);
  }
  if (from.includes(state)) return;
  const words = `The requested action "${target}" can not be performed on node "${uuid}" while it is in state "${state}".`;
  throw refused(400, words);
}

/** The kernel's command line as Ironic puts it together. */
function parametersOf({ driverInfo, instanceInfo }: IronicNode): string {
  const chosen = instanceInfo.kernel_append_params ?? driverInfo.kernel_append_params ?? '%default%';
  return `nofb vga=normal ${String(chosen).replaceAll('%default%', 'quiet')} ipa-api-url=http://ironic`;
}

/** What the element dynamic-login reads off it. */
function keysIn(parameters: string): string[] {
  const key = /sshkey="?([^"]+)"/.exec(parameters)?.[1];
  return key === undefined ? [] : [key];
}
