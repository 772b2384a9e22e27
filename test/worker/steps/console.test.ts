import { beforeEach, expect, it } from 'vitest';
import { StepBench } from '../../support/step-bench.ts';

let bench: StepBench;

beforeEach(async () => {
  bench = new StepBench();
  await bench.readyToBind();
  await bench.through('bind', 'launch');
});

it('is open once the screen has greeted through the tunnel', async () => {
  await bench.through('console', 'console');
  expect(bench.record.facts.console).toEqual({ readyAt: bench.clock.now(), openForMs: bench.deps.settings.attendMs });
});

it.each([
  ['says something else', 'HTTP/1.1 400', /HTTP/],
  ['closes without a word', '', /said ""/],
])('is tried again when the screen %s', async (_what, vnc, message) => {
  bench.device.vnc = vnc;
  await expect(bench.run('console')).rejects.toMatchObject({
    code: 'vm-failed',
    retry: 'backoff',
    message: expect.stringMatching(message),
  });
});

it('says that the timer ended the VM where it did', async () => {
  bench.device.vnc = '';
  bench.device.timer = 'fired';
  await expect(bench.run('console')).rejects.toMatchObject({
    retry: 'no',
    userMessage: expect.stringContaining('took its hardware back by itself'),
  });
});

it('revokes every link when it is undone', async () => {
  await bench.undo('console');
  await bench.undo('console');
  expect(bench.revoked).toEqual(['xe-7f3kq2', 'xe-7f3kq2']);
});
