import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_READ } from '../../../web-console/browser-disc/nbd-handshake.ts';
import { type NbdEvent, NbdParser } from '../../../web-console/browser-disc/nbd-parser.ts';
import { nbdClient } from '../../support/nbd-client.ts';

const bytes = 10 * MAX_READ + 5;
const disc = { name: 'disc', bytes };
const { flags, option, named, request, hello } = nbdClient;

/** All that it sends, as one hexadecimal text. */
function sent(events: readonly NbdEvent[]): string {
  return events.map((event) => ('send' in event ? event.send.toString('hex') : '')).join('');
}

function shaken(): NbdParser {
  const parser = new NbdParser(disc);
  parser.push(hello());
  expect(parser.shaken).toBe(true);
  return parser;
}

const size = bytes.toString(16).padStart(16, '0');
const replyTo = (number: string, type: string, data = '') =>
  `0003e889045565a9${number}${type}${(data.length / 2).toString(16).padStart(8, '0')}${data}`;

describe('the handshake', () => {
  it('greets as a fixed newstyle server', () => {
    const greeting = `${Buffer.from('NBDMAGICIHAVEOPT').toString('hex')}0003`;
    expect(new NbdParser(disc).greeting().toString('hex')).toBe(greeting);
  });

  it('tells size, flags and sizes of blocks, and goes on to transmission after GO only', () => {
    const parser = new NbdParser(disc);
    const told = (number: string) =>
      replyTo(number, '00000003', `0000${size}0007`) +
      replyTo(number, '00000003', '0003000000010001000000100000') +
      replyTo(number, '00000001');
    expect(sent(parser.push(Buffer.concat([flags(), option(6, named('disc'))])))).toBe(told('00000006'));
    expect(parser.shaken).toBe(false);
    expect(sent(parser.push(option(7, named('disc', []))))).toBe(told('00000007'));
    expect(parser.shaken).toBe(true);
  });

  it.each([
    ['without zeroes', 3, `${size}0007`],
    ['with the zeroes of old', 1, `${size}0007${'00'.repeat(124)}`],
  ])('knows the old way in, %s', (_how, bits, answer) => {
    const parser = new NbdParser(disc);
    expect(sent(parser.push(Buffer.concat([flags(bits), option(1, Buffer.from('disc'))])))).toBe(answer);
    expect(parser.shaken).toBe(true);
  });

  it('says what it does not know, and goes on', () => {
    const parser = new NbdParser(disc);
    parser.push(flags());
    expect(sent(parser.push(option(8)))).toBe(replyTo('00000008', '80000001'));
    expect(sent(parser.push(option(7, named('other'))))).toBe(replyTo('00000007', '80000006'));
    expect(sent(parser.push(option(7, Buffer.from('xy'))))).toBe(replyTo('00000007', '80000003'));
    expect(sent(parser.push(option(7, Buffer.concat([named('disc'), Buffer.alloc(1)]))))).toBe(
      replyTo('00000007', '80000003'),
    );
    parser.push(option(7, named('disc')));
    expect(parser.shaken).toBe(true);
  });

  it.each([
    ['flags that nobody has offered', flags(7)],
    ['a client of the old style', flags(0)],
    ['an option that does not begin like one', Buffer.concat([flags(), Buffer.alloc(16)])],
    ['an option that is far too long', Buffer.concat([flags(), option(7, Buffer.alloc(9_000)).subarray(0, 16)])],
    ['options without end', Buffer.concat([flags(), ...Array.from({ length: 33 }, () => option(8))])],
    ['another name, the old way', Buffer.concat([flags(), option(1, Buffer.from('other'))])],
    ['a client that has enough', Buffer.concat([flags(), option(2)])],
  ])('ends for %s', (_what, said) => {
    const parser = new NbdParser(disc);
    expect(parser.push(said).at(-1)).toEqual({ end: 'protocol' });
    expect(parser.push(hello())).toEqual([]);
  });
});

describe('a request', () => {
  const simple = (error: string) => `67446698${error}${Buffer.from('a cookie').toString('hex')}`;
  const invalid = simple('00000016');

  it('to read within the file is passed on', () => {
    const cookie = Buffer.from('a cookie');
    const last = request({ offset: bytes - 3, length: 3 });
    expect(shaken().push(last)).toEqual([{ read: { cookie, offset: bytes - 3, length: 3 } }]);
    expect(shaken().push(request({ length: MAX_READ }))).toEqual([{ read: { cookie, offset: 0, length: MAX_READ } }]);
  });

  it.each([
    ['beyond the end', { offset: bytes - 3, length: 4 }],
    ['far beyond the end', { offset: 2n ** 64n - 1n, length: 1 }],
    ['of nothing', { length: 0 }],
    ['of more than we said', { length: MAX_READ + 1 }],
    ['of a gigantic length', { length: 0xffff_ffff }],
    ['with flags', { length: 1, flags: 1 }],
    ['that is none of ours', { type: 4, length: 1 }],
    ['that nobody knows', { type: 999 }],
  ])('%s is invalid', (_what, given) => {
    expect(sent(shaken().push(request(given)))).toBe(invalid);
  });

  it('to write is not permitted, and its bytes are not taken for requests', () => {
    const parser = shaken();
    const write = Buffer.concat([request({ type: 1, length: 56 }), request({ length: 1 }), request({ length: 1 })]);
    expect(sent(parser.push(write))).toBe(simple('00000001'));
    expect(parser.push(request({ length: 1 }))).toMatchObject([{ read: { length: 1 } }]);
  });

  it('to flush is done, there being nothing to do', () => {
    expect(sent(shaken().push(request({ type: 3 })))).toBe(simple('00000000'));
  });

  it.each([
    ['a goodbye', request({ type: 2 }), 'goodbye'],
    ['something else', Buffer.alloc(28, 1), 'protocol'],
    ['a write without end', request({ type: 1, length: 0xffff_ffff }), 'protocol'],
  ])('ends the conversation when it is %s', (_what, said, how) => {
    const parser = shaken();
    expect(parser.push(said)).toEqual([{ end: how }]);
    expect(parser.push(request({ length: 1 }))).toEqual([]);
  });
});

describe('whatever comes', () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 80 }).map((array) => Buffer.from(array)),
    fc.constantFrom(flags(), hello(), option(6, named('disc')), option(8)),
    fc
      .record({
        type: fc.nat({ max: 8 }),
        offset: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        length: fc.nat({ max: 0xffff_ffff }),
      })
      .map(request),
  );

  /** All of it, pushed in pieces of so many bytes. */
  function eventsOf(all: Buffer, step: number): NbdEvent[] {
    const parser = new NbdParser(disc);
    const events: NbdEvent[] = [];
    for (let at = 0; at < all.length; at += step) events.push(...parser.push(all.subarray(at, at + step)));
    return events;
  }

  const isWithin = (event: NbdEvent) => {
    if (!('read' in event)) return true;
    const { offset, length } = event.read;
    return length > 0 && length <= MAX_READ && offset >= 0 && offset + length <= bytes;
  };

  it('is read only within the file, never throws, and means the same however it is cut', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.boolean(), fc.nat({ max: 70 }), (pieces, greets, cut) => {
        const all = Buffer.concat(greets ? [hello(), ...pieces] : pieces);
        const whole = eventsOf(all, all.length + 1);
        expect(eventsOf(all, cut + 1)).toEqual(whole);
        expect(whole.filter((event) => !isWithin(event))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
