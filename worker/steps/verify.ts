import { fingerprint } from '../../core/ssh/host-key.ts';
import { done, type Step, type StepContext, waiting } from '../saga/step.ts';
import { need, type StepDeps } from './deps.ts';

const POLL_MS = 3_000;
const PROBE_MS = 4_000;

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
  const key = await deps.readHostKey({ host, port, timeoutMs: PROBE_MS });
  if (key === hostKey) return { up: false, evidence: 'the rescue system still answered' };
  if (key !== null) return { up: true, evidence: `SSH answers with a new host key, ${fingerprint(key)}` };
  for (const other of deps.settings.verifyPorts) {
    if (await deps.answersTcp({ host, port: other, timeoutMs: PROBE_MS })) {
      return { up: true, evidence: `TCP port ${other} is open` };
    }
  }
  const ports = [port, ...deps.settings.verifyPorts].join(', ');
  return { up: false, evidence: `no answer on the TCP ports ${ports}` };
}
