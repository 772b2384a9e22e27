import { describe, expect, it } from 'vitest';
import { outputTail, redactUrls } from '../../../worker/host/redact.ts';

describe('outputTail', () => {
  it('keeps the last lines and drops terminal control', () => {
    expect(outputTail(`${'old\n'.repeat(20)}\u001b[31mred\u001b[0m\n\nlast\u0007\n`)).toBe(
      'old\nold\nold\nold\nred\nlast',
    );
  });

  it('keeps only the last state of a progress bar', () => {
    expect(outputTail('10 %\r50 %\r90 %\ncurl: (18) closed')).toBe('90 %\ncurl: (18) closed');
  });

  it('is short whatever a program prints', () => {
    expect(outputTail('x'.repeat(100_000)).length).toBeLessThanOrEqual(600);
  });
});

describe('redactUrls', () => {
  it('hides the password and the signature of a link', () => {
    const text = 'GET https://bob:hunter2@dl.example.com/a.iso?X-Signature=abc&e=1 failed';
    expect(redactUrls(text)).toBe('GET https://…@dl.example.com/a.iso?… failed');
  });

  it('leaves a plain link as it is', () => {
    expect(redactUrls('see http://example.com/a.iso now')).toBe('see http://example.com/a.iso now');
  });
});
