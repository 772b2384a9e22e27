/** Why the console says no. The code is for the page and for tests, the text for people: what is wrong, what to do. */
export type RefusalCode =
  | 'bad-request'
  | 'bad-link'
  | 'expired-link'
  | 'used-link'
  | 'revoked-link'
  | 'foreign-origin'
  | 'no-session'
  | 'other-install'
  | 'session-over'
  | 'revoked'
  | 'watching-only'
  | 'keyboard'
  | 'ended'
  | 'not-up-yet'
  | 'too-many'
  | 'too-fast'
  | 'screen-silent'
  | 'cannot-record'
  | 'no-recording'
  | 'other-recording'
  | 'machine-refuses'
  | 'disc-held'
  | 'no-room'
  | 'upload-busy'
  | 'upload-over'
  | 'upload-place'
  | 'device-silent'
  | 'going-away'
  | 'no-flow'
  | 'no-passkey'
  | 'passkey-refused'
  | 'passkey-rule'
  | 'passkey-host'
  | 'vote-void'
  | 'vote-turned-away'
  | 'not-found';

export interface Refusal {
  refused: RefusalCode;
  status: number;
  message: string;
}

const askAgain = 'Ask for a new link in Slack with the “Get console link” button.';

const table: Record<RefusalCode, { status: number; message: string }> = {
  'bad-request': { status: 400, message: 'The request is not one this page makes. Reload the page and try again.' },
  'bad-link': { status: 400, message: `This link is incomplete or was changed on its way. ${askAgain}` },
  'expired-link': { status: 410, message: `This link has expired: it works for a few minutes only. ${askAgain}` },
  'used-link': { status: 410, message: `This link was already used; each one opens the console once. ${askAgain}` },
  'revoked-link': { status: 410, message: `This link was withdrawn before it was used. ${askAgain}` },
  'foreign-origin': { status: 403, message: 'The request comes from another site.' },
  'no-session': { status: 401, message: `This browser has no console session. ${askAgain}` },
  'other-install': { status: 403, message: `This browser's session is for another install. ${askAgain}` },
  'session-over': { status: 401, message: `The console session has reached its time limit. ${askAgain}` },
  revoked: { status: 403, message: `Access to this console was withdrawn. ${askAgain}` },
  'watching-only': {
    status: 403,
    message: 'You are watching only. To take part, get a link of your own in Slack with the “Get console link” button.',
  },
  keyboard: { status: 409, message: 'The keyboard did not change hands.' },
  ended: { status: 409, message: 'This install has left its console. Follow it in its Slack thread.' },
  'not-up-yet': { status: 409, message: "The installer's screen is not there yet. This page connects by itself." },
  'too-many': { status: 429, message: 'Too many people or tabs have this console open. Close one of them.' },
  'too-fast': { status: 429, message: 'Too many tries in a short time. Wait a minute and try again.' },
  'screen-silent': { status: 502, message: "The server's screen does not answer. XEPA keeps trying." },
  'cannot-record': {
    status: 503,
    message: 'This console has to be recorded, and cannot be now. Tell whoever runs XEPA.',
  },
  'no-recording': {
    status: 404,
    message: 'This recording is not there any more, or not yet. /xepa recordings lists them.',
  },
  'other-recording': {
    status: 401,
    message: 'This browser may not play this recording. Ask for a link in Slack with /xepa recordings.',
  },
  'machine-refuses': { status: 409, message: 'The virtual machine does not do that as it is now.' },
  'disc-held': { status: 409, message: 'The system on the server holds the disc.' },
  'no-room': { status: 409, message: 'The server has not enough memory for this file.' },
  'upload-busy': { status: 409, message: 'Somebody else uploads an ISO right now. One at a time lies on the server.' },
  'upload-over': { status: 409, message: 'This upload does not go on. Choose the file again to upload it anew.' },
  'upload-place': { status: 409, message: 'That piece of the file does not fit to what the server has.' },
  'device-silent': { status: 502, message: 'The server does not answer. XEPA keeps trying.' },
  'going-away': { status: 503, message: 'This part of XEPA restarts. Another one answers in a moment.' },
  'no-flow': { status: 401, message: 'This page is open for too long, or was opened without a link from Slack.' },
  'no-passkey': {
    status: 409,
    message: 'No passkey is linked to you yet. Type /xepa link in Slack, then press Approve again.',
  },
  'passkey-refused': { status: 403, message: 'The passkey did not prove who you are. Try again.' },
  'passkey-rule': { status: 409, message: 'Show a passkey that is already linked first.' },
  'passkey-host': {
    status: 409,
    message:
      'Browsers allow passkeys for host names only, and XEPA_PUBLIC_URL has an address. Set it to a name (localhost will do on one machine).',
  },
  'vote-void': { status: 409, message: 'This vote cannot be confirmed.' },
  'vote-turned-away': { status: 409, message: 'Your passkey was accepted, but the vote does not count now.' },
  'not-found': { status: 404, message: 'There is nothing at this address.' },
};

/** @param detail replaces the standard text where there is more to say */
export function refuse(code: RefusalCode, detail?: string): Refusal {
  const { status, message } = table[code];
  return { refused: code, status, message: detail ?? message };
}

export function isRefusal(value: object): value is Refusal {
  return 'refused' in value;
}
