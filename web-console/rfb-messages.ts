/**
 * Lengths of the messages that a client sends after the handshake (RFC 6143 section 7.5 and the rfbproto registry).
 * Each follows from the first bytes.
 */
export interface ClientMessage {
  length: number;
  /** A person did something: it keeps the console from falling idle. */
  input: boolean;
  /**
   * What somebody who only watches may send: which pixels, in which encoding, and how fast. Fences and continuous
   * updates are among them, since a server that offers these sends no picture to a client that does not answer.
   */
  harmless: boolean;
  /** Never reaches the VM: XVP switches power behind the back of the audit trail. */
  never: boolean;
}

/** Bytes that are enough to read any head. */
export const LONGEST_HEAD = 9;

/** `null`: more bytes are needed to tell. `unknown`: no message that we know begins like this. */
export function readHead(head: Buffer): ClientMessage | 'unknown' | null {
  const type = head[0];
  if (type === undefined) return null;
  const fixed = fixedLengths.get(type);
  if (fixed !== undefined) return message(head, fixed);
  const read = variable.get(type);
  if (!read) return 'unknown';
  if (head.length < read.needs) return null;
  const length = read.length(head);
  return length === null ? 'unknown' : message(head, length);
}

const SET_PIXEL_FORMAT = 0;
const SET_ENCODINGS = 2;
const UPDATE_REQUEST = 3;
const KEY = 4;
const POINTER = 5;
const CUT_TEXT = 6;
const CONTINUOUS_UPDATES = 150;
const FENCE = 248;
const XVP = 250;
const SET_DESKTOP_SIZE = 251;
const QEMU = 255;

const harmlessTypes = new Set([SET_PIXEL_FORMAT, SET_ENCODINGS, UPDATE_REQUEST, CONTINUOUS_UPDATES, FENCE]);

const fixedLengths = new Map([
  [SET_PIXEL_FORMAT, 20],
  [UPDATE_REQUEST, 10],
  [KEY, 8],
  [CONTINUOUS_UPDATES, 10],
  [XVP, 4],
]);

/** `needs`: bytes of head that the length is read from. */
const variable = new Map<number, { needs: number; length(head: Buffer): number | null }>([
  [SET_ENCODINGS, { needs: 4, length: (head) => 4 + 4 * head.readUInt16BE(2) }],
  // Bit 7 of the button mask announces a second mask byte (ExtendedMouseButtons).
  [POINTER, { needs: 2, length: (head) => ((head[1] ?? 0) & 0x80 ? 7 : 6) }],
  // A negative length marks the extended clipboard.
  [CUT_TEXT, { needs: 8, length: (head) => 8 + Math.abs(head.readInt32BE(4)) }],
  [FENCE, { needs: 9, length: (head) => 9 + (head[8] ?? 0) }],
  [SET_DESKTOP_SIZE, { needs: 8, length: (head) => 8 + 16 * (head[6] ?? 0) }],
  [QEMU, { needs: 4, length: qemuLength }],
]);

/** Submessage 0 is the extended key event, 1 is audio, whose operation 2 (set format) carries six bytes more. */
function qemuLength(head: Buffer): number | null {
  if (head[1] === 0) return 12;
  if (head[1] !== 1) return null;
  return head.readUInt16BE(2) === 2 ? 10 : 4;
}

function message(head: Buffer, length: number): ClientMessage {
  const [type, subtype] = head;
  const extendedKey = type === QEMU && subtype === 0;
  return {
    length,
    input: type === KEY || type === POINTER || type === CUT_TEXT || extendedKey,
    harmless: type !== undefined && harmlessTypes.has(type),
    never: type === XVP,
  };
}
