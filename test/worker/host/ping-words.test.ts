import { expect, it } from 'vitest';
import { pingArgv, readPing } from '../../../worker/host/ping-words.ts';

const answered = 'PING 192.0.2.1 (192.0.2.1): 56 data bytes\n\n--- 192.0.2.1 ping statistics ---\n';

it('ends its options before the address', () => {
  expect(pingArgv('-f').slice(-2)).toEqual(['--', '-f']);
});

it.each([
  ['an answer', 0, `${answered}1 packets transmitted, 1 packets received, 0% packet loss\n`, ''],
  ['an answer to iputils', 0, '1 packets transmitted, 1 received, 0% packet loss, time 0ms\n', ''],
])('knows %s', (_what, code, stdout, stderr) => {
  expect(readPing({ code, stdout, stderr })).toEqual({ state: 'answered' });
});

it.each([
  [
    'iputils',
    1,
    'PING 192.0.2.1 (192.0.2.1) 56(84) bytes of data.\n\n3 packets transmitted, 0 received, 100% packet loss',
  ],
  ['busybox', 1, `${answered}3 packets transmitted, 0 packets received, 100% packet loss\n`],
])('knows that nobody answered, of %s', (_what, code, stdout) => {
  expect(readPing({ code, stdout, stderr: '' })).toEqual({ state: 'silent' });
});

it.each([
  [
    'busybox without rights',
    1,
    'PING 127.0.0.1 (127.0.0.1): 56 data bytes\n',
    'ping: permission denied (are you root?)\n',
  ],
  ['iputils without rights', 2, '', 'ping: socktype: SOCK_RAW\nping: socket: Operation not permitted\n'],
  ['no way there', 2, '', 'ping: connect: Network is unreachable\n'],
])('takes no refusal for silence: %s', (_what, code, stdout, stderr) => {
  expect(readPing({ code, stdout, stderr })).toEqual({ state: 'unable', why: stderr.trim().split('\n').at(-1) });
});

it('knows one that was ended', () => {
  expect(readPing({ code: null, stdout: '', stderr: '' })).toEqual({ state: 'unable', why: 'it ended with a signal' });
});
