import { z } from 'zod';

/** One machine that already runs a Linux from RAM and answers SSH. */
export const SshDevice = z.strictObject({
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
});
export type SshDevice = z.infer<typeof SshDevice>;

export const SshDeviceFile = z.strictObject({ devices: z.array(SshDevice) });
