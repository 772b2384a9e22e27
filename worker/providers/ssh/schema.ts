import { z } from 'zod';

/** A command of the operator's, word by word, run where the worker runs: nothing is looked up in a PATH. */
const OwnWords = z
  .array(z.string())
  .nonempty()
  .refine(([program = '']) => program.startsWith('/'), 'must begin with the whole path of a program');

/** One machine that runs a Linux from RAM and answers SSH, or is brought there by a command. */
const Machine = z.strictObject({
  name: z.string().regex(/^[\w.-]+$/, 'letters, digits, dots, dashes and underscores'),
  host: z.string().min(1),
  port: z.number().int().min(1).max(65_535).default(22),
  /** Whoever logs in: root, or somebody who is root by sudo without a password. */
  user: z
    .string()
    .regex(/^[a-z_][\w.-]{0,31}$/i, 'must be a user name')
    .default('root'),
  /** File with the private key that may log in now; the install adds a key of its own and removes it. */
  privateKeyFile: z.string(),
  /** As it stands in known_hosts behind the name: "ssh-ed25519 AAAA…". */
  hostKey: z.string().regex(/^\S+ [A-Za-z0-9+/=]+( .*)?$/, 'must look like "ssh-ed25519 AAAA…"'),
  tags: z.array(z.string()).default([]),
  /** The command, word by word, that restarts the machine from its disk. */
  reboot: z.array(z.string()).nonempty().default(['reboot']),
  /** Restarts the machine into its rescue system, from outside. */
  toRescue: OwnWords.optional(),
  /** Restarts it from its disk, from outside, in place of its own `reboot`. */
  toDisk: OwnWords.optional(),
  /** Patience for such a command. */
  commandSeconds: z.number().int().min(1).max(600).default(120),
});

export const SshDevice = Machine.refine(({ toRescue, toDisk }) => toRescue === undefined || toDisk !== undefined, {
  path: ['toDisk'],
  message: 'is required together with toRescue: a rescue system that hangs cannot restart itself',
});
export type SshDevice = z.infer<typeof SshDevice>;

export const SshDeviceFile = z.strictObject({ devices: z.array(SshDevice) });
