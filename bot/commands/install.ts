import { badInput } from '../bad-input.ts';
import { type InstallWish, isNamed, placeInstall, prepareInstall } from '../install-request.ts';
import { openInstallForm } from '../modals/install.ts';
import { code } from '../text.ts';
import { dryRun } from '../views/dry-run.ts';
import { typedVm, vmOptions } from '../vm-wish.ts';
import type { Command, CommandSpec, ParsedCommand } from './spec.ts';

const options: CommandSpec['options'] = {
  iso: { value: 'URL|NAME', about: 'what to install, by its name in the catalogue or a full https:// URL' },
  sha256: { value: 'HEX', about: 'the checksum that the ISO must have' },
  disk: { value: 'SERIAL', about: 'the serial of the disk to install on, where there are several' },
  rung: { value: 'passthrough|raw-block', about: 'how the disk gets into the VM, and no other way' },
  nic: { value: 'passthrough|emulated', about: 'how the network port gets into the VM, and no other way' },
  lifeline: {
    value: 'move',
    about: "XEPA's own connection moves to another port of the bond, so that the installer gets this one",
  },
  ...vmOptions,
  answer: { value: 'NAME', about: 'an answer file of the library: the installer asks nothing' },
  also: {
    value: 'NAME=URL|ISO',
    about: 'up to three further discs for the installer, such as drivers, between commas',
  },
  'kernel-args': { value: '"TEXT"', about: "added to the installer's kernel command line, for Linux installers" },
  media: { value: 'download|stream', about: 'all of the ISO first, as usual, or start while it is still arriving' },
  fix: {
    value: 'network,fstab,serial',
    about: 'what may be changed on the installed system so that it works on the metal',
  },
  reason: { value: '"TEXT"', about: 'why, for those who approve and for the audit trail' },
  ticket: { value: 'ID', about: 'the change or incident that this belongs to' },
  at: { value: 'TIME', about: 'when to begin: `22:00`, `2h`, a date; times are UTC' },
};

export const installCommand: Command = {
  spec: {
    verb: 'install',
    action: 'install',
    summary: 'Installs an ISO on a server; the screen of the installer opens in your browser. Alone, it opens a form.',
    target: { name: 'device', required: false },
    options: {
      ...options,
      confirm: { value: 'DEVICE', about: "the device's name once more, where the policy wants it" },
      'dry-run': { value: null, about: 'only shows what would happen' },
    },
    examples: [
      '/xepa install web-07 --iso debian-13',
      '/xepa install web-07 --iso https://example.com/os.iso --reason "new disk"',
    ],
  },
  async run(deps, asker, parsed) {
    const wish = wishOf(parsed);
    if (wish.device === undefined || wish.iso === undefined) return openInstallForm(deps, asker, wish);
    const draft = await prepareInstall(deps, asker, { ...wish, device: wish.device, iso: wish.iso });
    if (parsed.flags.has('dry-run')) return asker.tell(dryRun(draft));
    if (!isNamed(draft, parsed.options.confirm)) {
      throw badInput(
        `Everything on the disks of ${code(draft.device.name)} may be erased. To show that you mean it, add its name once more: \`--confirm NAME\`.`,
      );
    }
    if (!(await deps.canPost(asker.channel))) {
      throw badInput('XEPA is not in this channel, so it could not show the install here. Type `/invite @xepa` first.');
    }
    await placeInstall(deps, asker, draft);
  },
};

/** What would happen, and who would have to agree: nothing is touched. */
export const planCommand: Command = {
  spec: {
    verb: 'plan',
    action: 'look',
    summary: 'Shows what an install would do, what it may erase and who would have to agree.',
    target: { name: 'device', required: true },
    options: { ...options, iso: { value: 'URL|NAME', about: 'what would be installed', required: true } },
    examples: ['/xepa plan web-07 --iso debian-13'],
  },
  async run(deps, asker, parsed) {
    const { device = '', iso = '', ...wish } = wishOf(parsed);
    await asker.tell(dryRun(await prepareInstall(deps, asker, { ...wish, device, iso })));
  },
};

function wishOf({ target, options: given }: ParsedCommand): Partial<InstallWish> {
  const {
    iso,
    sha256,
    disk,
    rung,
    nic,
    lifeline,
    answer,
    also,
    'kernel-args': kernelArgs,
    media,
    fix,
    reason,
    ticket,
    at,
  } = given;
  const why = [ticket, reason].filter((part) => part !== undefined).join(' ');
  const disc = { iso, sha256, media, answer, also, kernelArgs };
  const wish = {
    ...disc,
    disk,
    rung,
    nic,
    lifeline,
    vm: typedVm(given),
    fix,
    reason: why || undefined,
    at,
  };
  const typed = Object.entries(wish).filter(([, value]) => value !== undefined);
  return { ...(target === undefined ? {} : { device: target }), ...Object.fromEntries(typed) };
}
