import { parseArgs } from 'node:util';
import { z } from 'zod';
import { DiskRung } from '../core/contracts/ladder.ts';
import { playDebianUnattended } from './support/debian-unattended.ts';

/** `npm run test:unattended`: Debian by an answer file, from the request to the login prompt on the metal. */
const Wish = z.object({
  firmware: z.enum(['bios', 'uefi']).default('bios'),
  bus: z.enum(['nvme', 'ahci']).default('nvme'),
  rung: DiskRung.default('passthrough'),
});

const option = { type: 'string' as const };
const { values } = parseArgs({ options: { firmware: option, bus: option, rung: option } });
const wish = Wish.parse(values);
const started = Date.now();
const say = (line: string) => console.log(`${Math.round((Date.now() - started) / 1000)} s  ${line}`);
const { proof } = await playDebianUnattended({ ...wish, say });
say(`the metal says: ${proof}`);
