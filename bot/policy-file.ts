import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { canonical } from '../core/audit-chain.ts';
import { toXepaError, XepaError } from '../core/errors.ts';
import type { Logger } from '../core/log.ts';
import { parsePolicy } from './policy/parse-policy.ts';
import type { Policy } from './policy/schema.ts';

/** The policy that holds now. */
export interface PolicySource {
  /** `digest` is the SHA-256 of the file's text, or of the fallback's JSON: it names the policy in records. */
  current(): { policy: Policy; digest: string };
  /** What is wrong with the newest version of the file, in plain text; an older one holds meanwhile. Null: nothing. */
  problem(): string | null;
  /** Looks at the file now, as happens every few seconds anyhow. Never fails. */
  look(): Promise<void>;
  close(): void;
}

const EVERY_MS = 3000;

/**
 * Reads the policy file, and again whenever it changes. It is polled by its content: Kubernetes swaps a symbolic link
 * above the file, which no watch of the file notices. A new version counts once two looks in a row have found the same
 * text, since half of a file that is being written may be a policy too, with fewer rules.
 * @param deps.path null: `fallback` holds for good
 * @throws XepaError bad-config when the file cannot be read or is no policy: nothing starts with a wrong one
 */
export async function createPolicySource(deps: {
  path: string | null;
  fallback: Policy;
  log: Pick<Logger, 'info' | 'error'>;
  everyMs?: number;
}): Promise<PolicySource> {
  const { path, fallback, log } = deps;
  if (path === null) return fixedSource(fallback);
  let current = policyIn(await textOf(path), path);
  let problem: string | null = null;
  /** The digest that the look before found. */
  let seen = current.digest;

  const complain = (error: unknown) => {
    const { userMessage, message } = toXepaError(error);
    if (problem !== userMessage) log.error({ problem: message }, 'policy file unusable, the one before holds');
    problem = userMessage;
  };
  const lookOnce = async () => {
    try {
      const text = await textOf(path);
      const digest = digestOf(text);
      const isSettled = digest === seen;
      seen = digest;
      if (!isSettled) return;
      if (digest !== current.digest) {
        current = policyIn(text, path);
        log.info({ digest }, 'policy file taken');
      }
      problem = null;
    } catch (error) {
      complain(error);
    }
  };
  let looking: Promise<void> | null = null;
  const look = () => {
    looking ??= lookOnce().finally(() => {
      looking = null;
    });
    return looking;
  };
  const timer = setInterval(() => void look(), deps.everyMs ?? EVERY_MS).unref();
  return { current: () => current, problem: () => problem, look, close: () => clearInterval(timer) };
}

function fixedSource(policy: Policy): PolicySource {
  const current = { policy, digest: digestOf(canonical(policy)) };
  return { current: () => current, problem: () => null, look: async () => {}, close: () => {} };
}

function policyIn(text: string, path: string): { policy: Policy; digest: string } {
  return { policy: parsePolicy(text, basename(path)), digest: digestOf(text) };
}

async function textOf(path: string): Promise<string> {
  return await readFile(path, 'utf8').catch((cause: unknown) => {
    const text = `The policy file ${path} cannot be read. Check XEPA_POLICY_FILE, and that the bot may read it.`;
    throw new XepaError('bad-config', { message: text, userMessage: text, cause });
  });
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
