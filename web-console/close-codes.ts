/** Close codes of the screen's WebSocket. 4000–4999 are for applications (RFC 6455 7.4.2); server and page share these. */
export const closeCodes = {
  /** The process stops, for a deploy say: come back at once, another one answers. */
  goingAway: 4000,
  /** The install left its console. */
  ended: 4001,
  /** The session reached its absolute end. */
  sessionOver: 4002,
  revoked: 4003,
  /** Its person signed out. */
  signedOut: 4004,
  idle: 4008,
  /** The VM's end of the stream is gone: QEMU or the way to it restarted. */
  screenLost: 4010,
  /** The client sent something that is not RFB as we accept it. */
  protocol: 4011,
  /** The browser did not answer pings, or began nothing. */
  unresponsive: 4012,
  /** The VM's screen did not open; the text that goes along says why. */
  screenSilent: 4013,
  /** It has to be recorded, and its recording does not begin or go on. */
  unrecorded: 4014,
  /** The disc that this page serves is not wanted any more. */
  discOver: 4020,
  /** Another page of the same person serves the disc now. */
  discTaken: 4021,
  /** A cap on open screens is reached. */
  tooMany: 4029,
  /** Too many screens were opened in a short time. */
  tooFast: 4030,
} as const;

export type CloseReason = keyof typeof closeCodes;

/** The short text that goes with a code; a WebSocket allows 123 bytes. */
export const closeTexts: Record<CloseReason, string> = {
  goingAway: 'XEPA restarts; reconnect',
  ended: 'the install left its console',
  sessionOver: 'the console session reached its time limit',
  revoked: 'access was withdrawn',
  signedOut: 'you signed out',
  idle: 'closed after a long time without input',
  screenLost: "the server's screen went away; reconnect",
  protocol: 'the client sent something unexpected',
  unresponsive: 'the browser did not answer',
  screenSilent: "the server's screen does not answer",
  unrecorded: 'This console has to be recorded, and its recording broke off.',
  discOver: 'the disc is not served any more',
  discTaken: 'another page serves the disc now',
  tooMany: 'too many screens are open',
  tooFast: 'too many tries in a short time',
};

/** The reason behind a close code, or null for one that is not ours (1006: the line was cut). */
export function reasonOf(code: number): CloseReason | null {
  for (const [reason, known] of Object.entries(closeCodes)) if (known === code && isReason(reason)) return reason;
  return null;
}

function isReason(text: string): text is CloseReason {
  return text in closeCodes;
}
