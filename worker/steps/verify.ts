import { XepaError } from '../../core/errors.ts';
import { sshKeyContext } from '../../core/sealing.ts';
import { fingerprint } from '../../core/ssh/host-key.ts';
import { judgeProof, readProof } from '../host/proof.ts';
import { done, type Step, type StepContext, waiting } from '../saga/step.ts';
import { need, type StepDeps } from './deps.ts';

const POLL_MS = 3_000;
const PROBE_MS = 4_000;
const LOGIN_MS = 10_000;

/**
 * Watches the metal come up: an SSH host key other than the rescue's, or an open port of the list. A system that
 * opens no port is no failure: the install ends, and its last message says that nothing answered.
 */
export function verifyStep(deps: StepDeps): Step {
  return {
    name: 'verify',
    timeoutMs: deps.settings.verifyMs + 5 * 60_000,
    attempts: 5,
    async run(context) {
      const seen = await look(deps, context);
      if (seen.up) return done({ verify: { up: true, evidence: seen.evidence } });
      const waited = context.now() - need(context.record.facts.boot, 'boot').requestedAt;
      if (waited < deps.settings.verifyMs) return waiting(POLL_MS, 'the installed system to answer');
      const minutes = Math.round(deps.settings.verifyMs / 60_000);
      return done({ verify: { up: false, evidence: `${seen.evidence} within ${minutes} min` } });
    },
  };
}

async function look(deps: StepDeps, context: StepContext): Promise<{ up: boolean; evidence: string }> {
  const { host, port, hostKey } = need(context.record.facts.reach, 'reach');
  const others = deps.settings.verifyPorts;
  const [key, ...open] = await Promise.all([
    deps.readHostKey({ host, port, timeoutMs: PROBE_MS }),
    ...others.map((other) => deps.answersTcp({ host, port: other, timeoutMs: PROBE_MS })),
  ]);
  if (key === hostKey) return { up: false, evidence: 'the rescue system still answered' };
  if (key !== null && (await isRescueAgain(deps, context, key))) {
    return { up: false, evidence: 'the server came up in the rescue system again, not from its disk' };
  }
  if (key !== null) return { up: true, evidence: `SSH answers with a new host key, ${fingerprint(key)}` };
  const answering = others.find((_port, index) => open[index]);
  if (answering !== undefined) return { up: true, evidence: `TCP port ${answering} is open` };
  return { up: false, evidence: `no answer on the TCP ports ${[port, ...others].join(', ')}` };
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
