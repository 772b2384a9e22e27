/** Numbers of the NBD protocol (NetworkBlockDevice/nbd, doc/proto.md), of the part that a read-only server needs. */
export const nbd = {
  magic: Buffer.from('NBDMAGIC', 'latin1'),
  /** Also begins each option of a client. */
  haveOption: Buffer.from('IHAVEOPT', 'latin1'),
  optionReplyMagic: Buffer.from('0003e889045565a9', 'hex'),
  requestMagic: 0x25609513,
  simpleReplyMagic: 0x67446698,
} as const;

/** The same two bits from either side. */
export const handshakeFlags = { fixedNewstyle: 1, noZeroes: 2 } as const;

export const options = { exportName: 1, abort: 2, info: 6, go: 7 } as const;

export const optionReplies = {
  ack: 1,
  info: 3,
  unsupported: 0x8000_0001,
  invalid: 0x8000_0003,
  unknown: 0x8000_0006,
} as const;

export const infoTypes = { export: 0, blockSize: 3 } as const;

export const exportFlags = { hasFlags: 1, readOnly: 2, sendFlush: 4 } as const;

export const commands = { read: 0, write: 1, disconnect: 2, flush: 3 } as const;

export const errors = { none: 0, notPermitted: 1, io: 5, invalid: 22 } as const;
