import { describe, expect, it } from 'vitest';
import { rereadDisk, rereadSentence } from '../../../worker/host/block.ts';

function printed(state: string, ...partitions: string[]) {
  const lines = ['## xepa state', state, '## xepa partitions', ...partitions, '## xepa end', ''];
  return { stdout: lines.join('\n'), stderr: '', exitCode: 0 };
}

describe('rereadDisk', () => {
  it('gets the path as an argument, never inside the script', () => {
    const command = rereadDisk('/dev/disk/by-id/a b');
    expect(command.argv).toEqual(['sh', '-s', '--', '/dev/disk/by-id/a b']);
    expect(command.stdin).not.toContain('a b');
  });

  it.each([
    [printed('read', 'sda1'), '/dev/sda was read again: 1 partition'],
    [printed('read'), '/dev/sda was read again: 0 partitions'],
    [printed('busy', 'sda1'), '/dev/sda could not be read again, because something in the rescue system holds it'],
    [printed('gone'), '/dev/sda is not there any more'],
  ])('says what became of it', (output, sentence) => {
    expect(rereadSentence('/dev/sda', rereadDisk('/dev/sda').parse(output))).toBe(sentence);
  });
});
