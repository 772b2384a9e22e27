import { describe, expect, it } from 'vitest';
import { markedStream } from '../../core/ssh/marked-stream.ts';

const [one, two] = ['8c1f7a03d95be2461f0a6b37c4e8d52b', '2e90b4f6187ac35d60e1f98274bd03ca'];

/** What is kept and met when these parts arrive. */
function cut(parts: readonly (string | Buffer)[], marks = [one, two]) {
  const heard: string[] = [];
  const kept = marks.map(() => [] as Buffer[]);
  const stream = markedStream(() => heard.push('stray'));
  for (const [at, mark] of marks.entries()) {
    stream.expect({
      mark,
      keep: (part) => kept[at]?.push(part),
      met: (code) => heard.push(`${at} ended with ${code}`),
    });
  }
  for (const part of parts) stream.push(Buffer.from(part));
  return { heard, kept: kept.map((list) => Buffer.concat(list).toString('latin1')) };
}

const whole = `first\n${one} 0\nsecond${two} 137\n`;

describe('a stream of a shell', () => {
  it('is cut at its marks wherever its parts end', () => {
    for (let size = 1; size <= whole.length; size += 1) {
      const parts = Array.from({ length: Math.ceil(whole.length / size) }, (_, at) =>
        whole.slice(at * size, (at + 1) * size),
      );
      expect(cut(parts)).toEqual({ heard: ['0 ended with 0', '1 ended with 137'], kept: ['first\n', 'second'] });
    }
  });

  it('takes nothing for a mark but the one that is expected', () => {
    const text = `${two} 0\n${one.slice(0, -1)} 0\nthe end, 1f`;
    expect(cut([text, `${one} 3\n`], [one])).toEqual({ heard: ['0 ended with 3'], kept: [text] });
  });

  it('keeps every byte, whole characters or not', () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, at) => at));
    const parts = [...bytes].map((byte) => Buffer.from([byte]));
    expect(cut([...parts, `${one} 0\n`], [one]).kept).toEqual([bytes.toString('latin1')]);
  });

  it('waits for no end of an exit code that is none', () => {
    expect(cut([`${one} 01`, '23'], [one]).heard).toEqual(['0 ended with NaN']);
  });

  it('tells of what comes when nothing is expected', () => {
    expect(cut([`${one} 0\nmore`], [one]).heard).toEqual(['0 ended with 0', 'stray']);
    expect(cut(['x'], []).heard).toEqual(['stray']);
  });
});
