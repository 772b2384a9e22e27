import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { XepaError } from '../../core/errors.ts';

type Source = Readonly<Record<string, string | undefined>>;

/** Where a secret is read from when the worker starts. */
const Reference = z.union([z.strictObject({ env: z.string().min(1) }), z.strictObject({ file: z.string().min(1) })], {
  error: 'must be text, {"env": "VARIABLE"} or {"file": "/path"}',
});
const Value = z.union([z.string().min(1), Reference], {
  error: 'must be text, {"env": "VARIABLE"} or {"file": "/path"}',
});

const Account = z.strictObject({
  /** Part of what its devices are known by, so it is never to be changed. Without one the account is the provider's first. */
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,30}$/, 'must be at most 31 small letters, digits and dashes')
    .optional(),
  provider: z.string().min(1),
  tags: z.array(z.string().regex(/^\S{1,100}$/, 'must be a word of at most 100 characters')).default([]),
  settings: z.record(z.string(), Value).superRefine((settings, context) => {
    for (const [name, value] of Object.entries(settings)) {
      if (typeof value !== 'string' || !isSecret(name)) continue;
      const message =
        'is a secret, which does not stand here: {"env": "VARIABLE"} or {"file": "/path"} says where it does';
      context.addIssue({ code: 'custom', path: [name], message });
    }
  }),
});

const AccountFile = z.strictObject({ accounts: z.array(Account).nonempty() });

/** One account of a provider as the file has it, with its secrets. */
export interface GivenAccount {
  /** Null: the provider's first, whose devices are known by the provider alone. */
  name: string | null;
  provider: string;
  /** What all of its devices have. */
  tags: readonly string[];
  /** Settings of the provider's adapter, by name. */
  settings: Readonly<Record<string, string>>;
}

/** "account `berlin` of `acme`" */
export function accountText({ name, provider }: Pick<GivenAccount, 'name' | 'provider'>): string {
  return name === null ? `the account of \`${provider}\` without a name` : `account \`${name}\` of \`${provider}\``;
}

/**
 * Reads the file, and the secrets that it refers to.
 * @param source the environment
 * @throws XepaError bad-config, which names every account whose secrets are not there, and never a secret
 */
export function readAccountFile(file: string, source: Source): GivenAccount[] {
  const parsed = AccountFile.safeParse(parseJson(file, readText(file)));
  if (!parsed.success) throw badAccounts([`${file} is not understood.\n${z.prettifyError(parsed.error)}`]);
  const faults: string[] = [];
  const accounts = parsed.data.accounts.map(({ name = null, provider, tags, settings }) => {
    const resolved = Object.entries(settings).flatMap(([key, value]) => {
      const found = typeof value === 'string' ? { text: value } : resolve(value, source);
      if ('text' in found) return [[key, found.text] as const];
      faults.push(`${accountText({ name, provider })}: \`${key}\` ${found.fault}.`);
      return [];
    });
    return { name, provider, tags, settings: Object.fromEntries(resolved) };
  });
  if (faults.length > 0) throw badAccounts(faults);
  return accounts;
}

/** What is wrong with the accounts, all at once. */
export function badAccounts(faults: readonly string[], cause?: unknown): XepaError {
  const text = `XEPA_PROVIDER_ACCOUNTS: ${faults.join('\n')}`;
  return new XepaError('bad-config', { message: text, userMessage: text, cause });
}

/** By its name: those that let somebody in. */
function isSecret(name: string): boolean {
  return /(^|_)(KEY|PASSWORD|SECRET|TOKEN)$/.test(name);
}

function resolve(reference: z.infer<typeof Reference>, source: Source): { text: string } | { fault: string } {
  if ('env' in reference) {
    const text = source[reference.env] ?? '';
    return text === '' ? { fault: `is to come from the variable ${reference.env}, which is not set` } : { text };
  }
  try {
    // An editor ends a file with a line break; no secret has one.
    const text = readFileSync(reference.file, 'utf8').replace(/\r?\n$/, '');
    return text === '' ? { fault: `is to come from ${reference.file}, which is empty` } : { text };
  } catch {
    return { fault: `is to come from ${reference.file}, which cannot be read` };
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw badAccounts([`cannot read ${file}.`], cause);
  }
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What Node says of it repeats a part of the file.
    throw badAccounts([`${file} is not JSON.`]);
  }
}
