import type { InstallRecord } from '../../core/contracts/install.ts';
import { askForConsole } from '../ask-console.ts';
import { badInput } from '../bad-input.ts';
import { sendConsoleLink } from '../console-links.ts';
import type { Asker, BotDeps } from '../deps.ts';
import { findInstall, findOpenInstall } from '../find-install.ts';
import { stateText } from '../operations.ts';
import { revokeConsoles } from '../revoke-consoles.ts';
import { code } from '../text.ts';
import type { Command, CommandSpec, ParsedCommand } from './spec.ts';
import { parseTtl } from './ttl.ts';
import { parsePerson } from './typed.ts';

const target = { name: 'install|device', required: true };

/** What is said about the link. */
const linkOptions: CommandSpec['options'] = {
  'view-only': { value: null, about: 'only to watch: keys and mouse do nothing' },
  for: { value: '@USER', about: 'who gets the link, and nobody else sees it' },
  ttl: { value: 'TIME', about: 'how long the link may be opened, 60s to 5m' },
};

/** What is said about a server on which nothing is being installed: it is restarted for its console. */
const startOptions: CommandSpec['options'] = {
  snapshot: { value: null, about: 'nothing that the system writes reaches the disk; for looking only' },
  disk: { value: 'SERIAL', about: 'the serial of the disk to start from, where there are several' },
  rung: { value: 'passthrough|raw-block', about: 'how the disk gets into the VM, and no other way' },
  nic: { value: 'passthrough|emulated', about: 'how the network port gets into the VM, and no other way' },
  reason: { value: '"TEXT"', about: 'why, for those who approve and for the audit trail' },
  ticket: { value: 'ID', about: 'the change or incident that this belongs to' },
  at: { value: 'TIME', about: 'when to restart it: `22:00`, `2h`, a date; times are UTC' },
  confirm: { value: 'DEVICE', about: "the device's name once more, instead of the form that asks" },
};

export const consoleCommand: Command = {
  spec: {
    verb: 'console',
    action: 'console',
    summary:
      "Gives you, or somebody you name, a link to the installer's screen that opens once. Where nothing is being installed, the server is restarted to show the system on its disk, after it has asked you.",
    target,
    options: { ...linkOptions, ...startOptions },
    examples: [
      '/xepa console web-07',
      '/xepa console web-07 --view-only --for @bob',
      '/xepa console web-07 --snapshot --reason "does not boot"',
    ],
  },
  async run(deps, asker, parsed) {
    const record = await findOpenInstall(deps, parsed.target ?? '');
    const pointless = given(parsed, record ? startOptions : linkOptions);
    if (pointless === undefined) return record ? sendLink(deps, asker, record, parsed) : start(deps, asker, parsed);
    throw badInput(
      record
        ? `${stateText(record)} It has its console already, so ${code(`--${pointless}`)} says nothing here.`
        : `Nothing is being installed on ${code(parsed.target ?? '')}, so there is no link yet for ${code(`--${pointless}`)}. Ask for the console first, without it.`,
    );
  },
};

/** The first of these options that was typed. */
function given({ options, flags }: ParsedCommand, among: CommandSpec['options']): string | undefined {
  return Object.keys(among).find((name) => options[name] !== undefined || flags.has(name));
}

async function sendLink(
  deps: BotDeps,
  asker: Asker,
  record: InstallRecord,
  { options, flags }: ParsedCommand,
): Promise<void> {
  const receiver = options.for === undefined ? undefined : parsePerson(options.for);
  const ttlSeconds = options.ttl === undefined ? undefined : parseTtl(options.ttl);
  const right = flags.has('view-only') ? 'view' : 'control';
  await sendConsoleLink(deps, asker, { record, right, receiver, ttlSeconds });
}

function start(deps: BotDeps, asker: Asker, { target: device = '', options, flags }: ParsedCommand): Promise<void> {
  const { disk, rung, nic, reason, ticket, at, confirm } = options;
  const why = [ticket, reason].filter((part) => part !== undefined).join(' ');
  const snapshot = flags.has('snapshot') ? { snapshot: true } : {};
  const wish = { disk, rung, nic, at, confirm, ...(why === '' ? {} : { reason: why }) };
  return askForConsole(deps, asker, { device, ...wish, ...snapshot });
}

export const consoleRevokeCommand: Command = {
  spec: {
    verb: 'console revoke',
    action: 'console-revoke',
    summary: 'Closes all consoles of an install and voids its links; the install goes on.',
    target,
    options: {},
    examples: ['/xepa console revoke web-07'],
  },
  run: async (deps, asker, { target: typed = '' }) => revokeConsoles(deps, asker, await findInstall(deps, typed)),
};
