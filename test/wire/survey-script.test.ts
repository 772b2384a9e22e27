import { machine } from 'node:os';
import { describe, expect, it } from 'vitest';
import { survey } from '../../worker/host/survey.ts';
import { runHere } from '../support/run-here.ts';

/** The one look at a server, in the shells that servers have; what this machine has not stands in a folder. */
describe.each(['dash', 'bash', 'busybox sh'])('a look at a server whose shell is %s', (words) => {
  const shell = words.split(' ');

  it('tells for which processors its kernel is built', async () => {
    const { architecture } = await runHere(survey(), shell);
    expect(architecture).toBe(machine());
  });
});
