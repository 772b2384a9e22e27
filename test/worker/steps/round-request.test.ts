import { describe, expect, it } from 'vitest';
import { requestOfRound } from '../../../worker/steps/round-request.ts';
import { installRecord } from '../../support/records.ts';

const rungs = { disk: 'raw-block', nic: 'passthrough' } as const;
const wished = (more: object) => {
  const record = installRecord();
  return requestOfRound({ ...record, request: { ...record.request, rungs, ...more } });
};

describe('what a further round at the console asks for', () => {
  it('is the same ways to disk and network, and no ISO', () => {
    expect(wished({})).toMatchObject({ purpose: 'console', rungs });
    expect(wished({}).iso).toBeUndefined();
  });

  it('is no port of its own where our connection had to move for it: it moves once', () => {
    expect(wished({ lifeline: 'move' }).rungs).toEqual({ disk: 'raw-block', nic: undefined });
    expect(wished({ lifeline: 'move' }).lifeline).toBeUndefined();
  });
});
