import type { LinkView, StepUpView, VoteView } from '../step-up/contract.ts';

/** What the sheet says around its facts. No `go`: nothing is left to press. */
export interface Sheet {
  state: 'confirm' | 'shown' | 'counted' | 'create' | 'prove' | 'manage';
  title: string;
  text: string;
  /** Whose vote or passkey it is. */
  whose?: string;
  /** Label of the button. */
  go?: string;
}

export function sheetOf(view: StepUpView): Sheet {
  return view.purpose === 'vote' ? voteSheet(view) : linkSheet(view);
}

function voteSheet(view: VoteView): Sheet {
  const { stage, device, person } = view;
  if (stage === 'confirm') {
    return {
      state: 'confirm',
      title: `Approve the ${asked(view)} on ${device.name}?`,
      text: 'Your click in Slack is recorded. It counts once you confirm it here with your passkey.',
      whose: `This counts as the vote of Slack user ${person}, for exactly what stands above. If you have changed your mind, close this page: the click alone does not count.`,
      go: 'Confirm with passkey',
    };
  }
  if (stage === 'shown') {
    return {
      state: stage,
      title: 'Your passkey was accepted',
      text: 'XEPA still has to look whether your vote may count now, and does so without this page. The card in Slack shows what became of it.',
    };
  }
  return { state: 'counted', title: 'Your vote counts', text: `${outcome(view)} You can close this page.` };
}

function asked({ iso }: Pick<VoteView, 'iso'>): string {
  return iso ? 'install' : 'console';
}

function outcome({ missing, iso, device }: VoteView): string {
  if (missing.length === 0) {
    return iso
      ? `The approval is complete: XEPA begins to install ${iso.name} on ${device.name}.`
      : `The approval is complete: XEPA restarts ${device.name} to show its installed system.`;
  }
  const rest = missing.map(({ label, count }) => `${count} × ${label}`).join(', ');
  return `The ${asked({ iso })} on ${device.name} still waits for others: ${rest}.`;
}

function linkSheet({ stage, person, passkeys, linked }: LinkView): Sheet {
  if (stage === 'create') {
    return {
      state: stage,
      title: 'Link a passkey',
      text: 'With a passkey you confirm approvals for which a click in Slack is not enough.',
      whose: `It will speak for Slack user ${person}. If that is not you, close this page.`,
      go: 'Create a passkey',
    };
  }
  if (stage === 'prove') {
    return {
      state: stage,
      title: 'Show your passkey first',
      text: 'A passkey is linked to you already. Use it once; then you can link another one, or remove one.',
      whose: `This is about the passkeys of Slack user ${person}.`,
      go: 'Use my passkey',
    };
  }
  const label = passkeys.find(({ id }) => id === linked)?.label;
  const news = 'You can close this page. If an approval waits for you in Slack, press Approve there again.';
  return {
    state: stage,
    title: label === undefined ? 'Your passkeys' : `“${label}” is linked`,
    text: label === undefined ? `These passkeys speak for Slack user ${person}.` : news,
    go: 'Link another passkey',
  };
}

/** Titles for what the server refuses; its own message is the text. */
export function refusedTitle(code: string): string {
  return titles[code] ?? 'This did not work';
}

const titles: Record<string, string> = {
  'bad-link': 'This link is not complete',
  'expired-link': 'This link has expired',
  'used-link': 'This link was already used',
  'no-flow': 'Open the link in Slack again',
  'no-passkey': 'Link your passkey first',
  'passkey-host': 'Passkeys do not work at this address',
  'vote-void': 'This vote cannot be confirmed',
  'vote-turned-away': 'Your vote does not count',
  'too-fast': 'Too many tries',
  'foreign-origin': 'This address does not fit',
  'not-found': 'There is no such install',
};

/** Refusals after which the same page may be tried again. */
export function mayRetry(code: string): boolean {
  return ['passkey-refused', 'passkey-rule', 'too-fast', 'bad-request'].includes(code);
}

/** What the browser said instead of an answer, by the name of its error. */
export function browserTrouble(name: string): string {
  return troubles[name] ?? 'The browser could not use a passkey. Try again, or try another browser.';
}

const troubles: Record<string, string> = {
  NotAllowedError: 'No passkey was used: it was cancelled, or took too long. Try again.',
  AbortError: 'No passkey was used: it was cancelled. Try again.',
  InvalidStateError: 'This authenticator holds a passkey of yours already.',
  SecurityError: 'The browser allows no passkey at this address. Open the page under the address in the link.',
  NotSupportedError: 'This authenticator cannot make a passkey that XEPA understands. Try another one.',
};

/** A line of the list of what is approved: its name, and what stands behind it. */
export interface Fact {
  name: string;
  lines: readonly { text: string; look?: 'strong' | 'danger' | 'warn' | 'code' }[];
}

/** What is approved, in the order in which it matters. @param clock says a time of day in words */
export function factsOf(view: VoteView, clock: (at: number) => string): Fact[] {
  const { device, answer, rules } = view;
  const serial = device.serial === null ? '' : ` · serial ${device.serial}`;
  const ruled = rules.length === 0 ? [] : [{ text: `Rules: ${rules.join(', ')}` }];
  return [
    { name: 'Device', lines: [{ text: device.name, look: 'strong' }, { text: `${device.key}${serial}` }] },
    { name: fateOf(view), lines: diskLines(view) },
    { name: 'Into the VM', lines: [{ text: rungText(view.rungs) }] },
    ...mediumFacts(view),
    ...(answer === null ? [] : [{ name: 'Answer file', lines: [{ text: answer, look: 'code' as const }] }]),
    { name: 'Asked for by', lines: [{ text: `Slack user ${view.requester}` }] },
    { name: 'Reason', lines: [{ text: view.reason ?? 'None was given.' }] },
    { name: 'Needs approval', lines: [{ text: `because ${view.because}` }, ...ruled] },
    { name: 'Request', lines: [{ text: `${view.install}, round ${view.round}, open until ${clock(view.expiresAt)}` }] },
    { name: 'Digest of it all', lines: [{ text: view.digest, look: 'code' }] },
  ];
}

function mediumFacts({ iso, device, console: system }: VoteView): Fact[] {
  if (iso) {
    const named = [
      { text: iso.name, look: 'strong' as const },
      { text: iso.url, look: 'code' as const },
    ];
    return [
      { name: 'Installs', lines: named },
      { name: 'ISO’s SHA-256', lines: [digestLine(iso)] },
    ];
  }
  const kept = system?.snapshot ? [{ text: 'Nothing that it writes is kept.' }] : [];
  const down = {
    text: `${device.name} is restarted for it: what runs on it is down meanwhile.`,
    look: 'warn' as const,
  };
  return [{ name: 'Starts', lines: [{ text: 'The installed system, on a screen', look: 'strong' }, ...kept, down] }];
}

/** What becomes of the disks. */
function fateOf({ iso, console: system }: VoteView): string {
  if (iso) return 'Will be erased';
  return system?.snapshot ? 'Is only read' : 'Can be changed';
}

function diskLines({ iso, disks, wantedDisk }: VoteView): Fact['lines'] {
  if (disks !== null) return disks.map((text) => (iso ? { text, look: 'danger' } : { text }));
  const which =
    wantedDisk === null ? 'The disks are not known yet.' : `The disk with serial ${wantedDisk} was asked for.`;
  if (!iso) return [{ text: which }];
  const what = 'Nobody has looked at this server yet; the installer may erase everything on it.';
  return [{ text: which, look: 'danger' }, { text: what }];
}

/** Raw block and an emulated port are said in full: they are the ones that people should know of. */
function rungText({ disk, nic }: VoteView['rungs']): string {
  const diskWay = {
    passthrough: 'the disk with its controller, by passthrough',
    'raw-block': 'the disk as raw block: the rescue system’s kernel writes to it',
  };
  const nicWay = {
    passthrough: 'a real network port, by passthrough',
    emulated: 'an emulated network port behind NAT',
  };
  const parts = [disk && diskWay[disk], nic && nicWay[nic]].filter((part) => part !== null);
  return parts.join('; ') || 'Not known yet: the best way that is safe will be taken.';
}

function digestLine({ sha256 }: NonNullable<VoteView['iso']>): Fact['lines'][number] {
  if (sha256 !== null) return { text: sha256, look: 'code' };
  return { text: 'None was given: the file is only as good as its server.', look: 'warn' };
}
