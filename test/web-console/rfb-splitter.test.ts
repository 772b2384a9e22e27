import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RfbSplitter, RfbViolation } from '../../web-console/rfb-splitter.ts';

const version = 'RFB 003.008\n';
const handshake = Buffer.from(`${version}\x01\x01`, 'latin1');

/** One client message, and what the splitter should make of it. */
interface Sample {
  bytes: Buffer;
  kind: 'harmless' | 'input' | 'control' | 'never';
}

function bytesOf(length: number, head: number[]): fc.Arbitrary<Buffer> {
  return fc
    .uint8Array({ minLength: length, maxLength: length })
    .map((body) => Buffer.from([...head, ...body.subarray(head.length)]));
}

function u16(value: number): number[] {
  return [value >> 8, value & 0xff];
}

function i32(value: number): number[] {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return [...bytes];
}

function sample(kind: Sample['kind'], bytes: fc.Arbitrary<Buffer>): fc.Arbitrary<Sample> {
  return bytes.map((made) => ({ kind, bytes: made }));
}

const small = fc.integer({ min: 0, max: 40 });
const message: fc.Arbitrary<Sample> = fc.oneof(
  sample('harmless', bytesOf(20, [0])),
  sample(
    'harmless',
    small.chain((n) => bytesOf(4 + 4 * n, [2, 0, ...u16(n)])),
  ),
  sample('harmless', bytesOf(10, [3])),
  sample('input', bytesOf(8, [4])),
  sample('input', bytesOf(12, [255, 0])),
  sample(
    'input',
    fc.integer({ min: 0, max: 127 }).chain((mask) => bytesOf(6, [5, mask])),
  ),
  sample(
    'input',
    fc.integer({ min: 128, max: 255 }).chain((mask) => bytesOf(7, [5, mask])),
  ),
  sample(
    'input',
    small.chain((n) => bytesOf(8 + n, [6, 0, 0, 0, ...i32(n)])),
  ),
  sample(
    'input',
    small.chain((n) => bytesOf(8 + n, [6, 0, 0, 0, ...i32(-n)])),
  ),
  sample('harmless', bytesOf(10, [150])),
  sample(
    'harmless',
    small.chain((n) => bytesOf(9 + n, [248, 0, 0, 0, 0, 0, 0, 0, n])),
  ),
  sample(
    'control',
    small.chain((n) => bytesOf(8 + 16 * n, [251, 0, 0, 0, 0, 0, n, 0])),
  ),
  sample('control', bytesOf(10, [255, 1, ...u16(2)])),
  sample('control', bytesOf(4, [255, 1, ...u16(1)])),
  sample('never', bytesOf(4, [250])),
);

/** Feeds a stream in pieces of the given sizes, repeated as often as needed. */
function feed(splitter: RfbSplitter, stream: Buffer, sizes: readonly number[]): { bytes: Buffer; inputs: number } {
  const out: Buffer[] = [];
  let inputs = 0;
  let at = 0;
  for (let turn = 0; at < stream.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    const passed = splitter.push(stream.subarray(at, at + size));
    out.push(passed.bytes);
    inputs += passed.inputs;
    at += size;
  }
  return { bytes: Buffer.concat(out), inputs };
}

const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 8 });

describe('the RFB splitter', () => {
  it('lets control send all but power switches, however the stream is cut', () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 30 }), sizes, (messages, cuts) => {
        const stream = Buffer.concat([handshake, ...messages.map((one) => one.bytes)]);
        const passed = feed(new RfbSplitter('control'), stream, cuts);
        const expected = messages.filter((one) => one.kind !== 'never');
        expect(passed.bytes).toEqual(Buffer.concat([handshake, ...expected.map((one) => one.bytes)]));
        expect(passed.inputs).toBe(messages.filter((one) => one.kind === 'input').length);
      }),
      { numRuns: 2_000 },
    );
  });

  it('lets a viewer ask for pictures, and drops all else without an end', () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 30 }), sizes, (messages, cuts) => {
        const stream = Buffer.concat([handshake, ...messages.map((one) => one.bytes)]);
        const passed = feed(new RfbSplitter('view'), stream, cuts);
        const expected = messages.filter((one) => one.kind === 'harmless').map((one) => one.bytes);
        expect(passed.bytes).toEqual(Buffer.concat([handshake, ...expected]));
        expect(passed.inputs).toBe(0);
      }),
      { numRuns: 2_000 },
    );
  });

  it('asks for a shared screen whatever the client asked for', () => {
    const exclusive = Buffer.from(`${version}\x01\x00`, 'latin1');
    expect(new RfbSplitter('control').push(exclusive).bytes).toEqual(handshake);
  });

  it.each([
    ['an unknown message', Buffer.concat([handshake, Buffer.from([99])])],
    ['an unknown QEMU submessage', Buffer.concat([handshake, Buffer.from([255, 7, 0, 0])])],
    ['RFB 3.3', Buffer.from('RFB 003.003\n')],
    ['something that is not RFB', Buffer.from('GET / HTTP/1.1\r\n')],
    ['a password', Buffer.from(`${version}\x02`, 'latin1')],
    ['a clipboard above the limit', Buffer.concat([handshake, Buffer.from([6, 0, 0, 0, 0x00, 0x04, 0x00, 0x01])])],
    ['a huge extended clipboard', Buffer.concat([handshake, Buffer.from([6, 0, 0, 0, 0x80, 0, 0, 0])])],
  ])('refuses %s, as soon as its head is read', (_what, stream) => {
    expect(() => feed(new RfbSplitter('control'), stream, [1])).toThrow(RfbViolation);
    expect(() => new RfbSplitter('view').push(stream)).toThrow(RfbViolation);
  });

  it('collects a long message without moving it over and over', () => {
    const length = 200_000;
    const stream = Buffer.concat([handshake, Buffer.from([6, 0, 0, 0, ...i32(length)]), Buffer.alloc(length, 0x41)]);
    expect(feed(new RfbSplitter('control'), stream, [1]).bytes).toEqual(stream);
  });
});
