import { describe, expect, it } from 'vitest';
import { closeCodes, closeTexts, reasonOf } from '../../web-console/close-codes.ts';

describe('close codes', () => {
  it('lead back to their reasons; a cut line has none', () => {
    for (const [reason, code] of Object.entries(closeCodes)) expect(reasonOf(code)).toBe(reason);
    expect(reasonOf(1006)).toBeNull();
    expect(reasonOf(1000)).toBeNull();
  });

  it('are distinct, and their texts fit into a close frame', () => {
    expect(new Set(Object.values(closeCodes)).size).toBe(Object.keys(closeCodes).length);
    for (const text of Object.values(closeTexts)) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(123);
  });
});
