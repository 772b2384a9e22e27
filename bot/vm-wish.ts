import { z } from 'zod';
import { GuestKind, OnReboot, type VmWish } from '../core/contracts/vm-wish.ts';
import { oneOf } from './one-of.ts';

/** What somebody typed of the virtual machine, before it is looked at. */
export const TypedVm = z.object({
  firmware: z.string().optional(),
  guest: z.string().optional(),
  tpm: z.string().optional(),
  rom: z.string().optional(),
  onReboot: z.string().optional(),
});
export type TypedVm = z.infer<typeof TypedVm>;

const Switch = z.enum(['on', 'off']);
const Firmware = z.enum(['bios', 'uefi']);

/** Options of `/xepa install` for the virtual machine, as its help tells them. */
export const vmOptions = {
  firmware: { value: 'bios|uefi', about: 'what the VM starts by, where the server can do both' },
  guest: { value: 'windows|linux', about: 'what is installed, where the ISO does not tell' },
  tpm: { value: 'on|off', about: 'a virtual TPM 2.0, for installers that demand one' },
  rom: { value: 'on|off', about: 'option ROMs of real devices run in the VM; off unless you say so' },
  'on-reboot': { value: 'stay|finish', about: "whether the installer's reboot stays in the VM, or ends it" },
} as const;

/** The options that were typed, by the names of the wish; undefined where none was. */
export function typedVm(given: Readonly<Record<string, string>>): TypedVm | undefined {
  const { firmware, guest, tpm, rom, 'on-reboot': onReboot } = given;
  const typed = Object.entries({ firmware, guest, tpm, rom, onReboot }).filter(([, value]) => value !== undefined);
  return typed.length === 0 ? undefined : TypedVm.parse(Object.fromEntries(typed));
}

/** The other way round: a wish as it is typed. */
export function vmAsTyped({ firmware, guest, tpm, rom, onReboot }: VmWish): Record<string, string | undefined> {
  return { firmware, guest, tpm, rom, 'on-reboot': onReboot };
}

/**
 * What is asked for of the virtual machine; nothing where it is left to XEPA.
 * @throws XepaError bad-input
 */
export function vmWished(typed: TypedVm | undefined): { vm?: VmWish } {
  if (typed === undefined) return {};
  const wish = {
    firmware: oneOf(Firmware, '--firmware', typed.firmware),
    guest: oneOf(GuestKind, '--guest', typed.guest),
    tpm: oneOf(Switch, '--tpm', typed.tpm),
    rom: oneOf(Switch, '--rom', typed.rom),
    onReboot: oneOf(OnReboot, '--on-reboot', typed.onReboot),
  };
  return { vm: Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== undefined)) };
}
