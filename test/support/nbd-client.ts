/** What a client of NBD writes, byte for byte as doc/proto.md of NetworkBlockDevice/nbd has it. */
export const nbdClient = {
  flags: (flags = 3) => uint32(flags),
  option: (option: number, data: Buffer = Buffer.alloc(0)) =>
    Buffer.concat([Buffer.from('IHAVEOPT'), uint32(option), uint32(data.length), data]),
  /** The data of INFO and GO. */
  named: (name: string, wishes: readonly number[] = [3]) =>
    Buffer.concat([
      ...[uint32(Buffer.byteLength(name)), Buffer.from(name)],
      ...[uint16(wishes.length), ...wishes.map(uint16)],
    ]),
  request(given: { type?: number; flags?: number; cookie?: string; offset?: number | bigint; length?: number }) {
    const { type = 0, flags = 0, cookie = 'a cookie', offset = 0, length = 0 } = given;
    const where = Buffer.alloc(8);
    where.writeBigUInt64BE(BigInt(offset));
    const head = [uint32(0x25609513), uint16(flags), uint16(type), Buffer.from(cookie)];
    return Buffer.concat([...head, where, uint32(length)]);
  },
  /** Everything until bytes can be asked for. */
  hello: (name = 'disc') => Buffer.concat([nbdClient.flags(), nbdClient.option(7, nbdClient.named(name))]),
};

function uint16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 255]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
