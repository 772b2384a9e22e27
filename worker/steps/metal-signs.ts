import { XepaError } from '../../core/errors.ts';
import { sshKeyContext } from '../../core/sealing.ts';
import { fingerprint } from '../../core/ssh/host-key.ts';
import { judgeProof, readProof } from '../host/proof.ts';
import type { StepContext } from '../saga/step.ts';
import { need, type StepDeps } from './deps.ts';

const PROBE_MS = 4_000;
const LOGIN_MS = 10_000;

/** What the network shows of the metal. `evidence` is a sentence without a full stop. */
export interface Signs {
  up: boolean;
  evidence: string;
}

/** Looks once whether the installed system is up: an SSH host key other than the rescue's, or an open port of the list. */
export async function lookAtMetal(deps: StepDeps, context: StepContext): Promise<Signs> {
  const { host, port, hostKey } = need(context.record.facts.reach, 'reach');
  const others = deps.settings.verifyPorts;
  const ask = (at: number) => deps.askService({ host, port: at, timeoutMs: PROBE_MS });
  const [key, ...said] = await Promise.all([
    deps.readHostKey({ host, port, timeoutMs: PROBE_MS }),
    ...others.map((other) => ask(other)),
  ]);
  if (key === hostKey) return { up: false, evidence: 'the rescue system still answered' };
  if (key !== null && (await isRescueAgain(deps, context, key))) {
    return { up: false, evidence: 'the server came up in the rescue system again, not from its disk' };
  }
  if (key !== null) {
    const banner = inBrackets(await ask(port));
    return { up: true, evidence: `SSH answers with a new host key, ${fingerprint(key)}${banner}` };
  }
  const answering = others.findIndex((_port, index) => said[index] !== null);
  if (answering !== -1) {
    return { up: true, evidence: `TCP port ${others[answering]} is open${inBrackets(said[answering] ?? null)}` };
  }
  return { up: false, evidence: `no answer on the TCP ports ${[port, ...others].join(', ')}` };
}

/**
 * The same with what a ping says, once there is something to tell people. It proves nothing: a network card with firmware of its own
 * answers, and so does a rescue system.
 */
export async function withPing(deps: Pick<StepDeps, 'ping'>, { record }: StepContext, seen: Signs): Promise<Signs> {
  const answered = await deps.ping(need(record.facts.reach, 'reach').host);
  if (answered === null) return seen;
  if (answered) return { ...seen, evidence: `${seen.evidence}, ${seen.up ? 'and' : 'but'} ping is answered` };
  return seen.up ? seen : { ...seen, evidence: `${seen.evidence}, and ping is not answered` };
}

function inBrackets(words: string | null): string {
  return words === null || words === '' ? '' : ` (${words})`;
}

/** A rescue system makes new host keys at each boot; but it lets our key in, and its root is in memory. */
async function isRescueAgain(deps: StepDeps, context: StepContext, hostKey: string): Promise<boolean> {
  const { record, signal } = context;
  const privateKey = deps.sealer.open(need(record.sealed.sshKey, 'rescue'), sshKeyContext(record.id));
  const limited = AbortSignal.any([signal, AbortSignal.timeout(LOGIN_MS)]);
  try {
    const { shell } = await deps.openShell({ ...need(record.facts.reach, 'reach'), hostKey }, privateKey, limited);
    try {
      return judgeProof(await shell.exec(readProof(), limited), undefined).length === 0;
    } finally {
      shell.close();
    }
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof XepaError) return false;
    throw error;
  }
}
