import { describe, expect, test } from 'vitest';
import { bootsKernel, finishesOnReboot } from '../../../core/answers/finishes-on-reboot.ts';
import { placeholdersIn, replacePlaceholders } from '../../../core/answers/placeholders.ts';
import { answerDigest, openAnswer, sealAnswer } from '../../../core/answers/sealed-answer.ts';
import type { AnswerKind } from '../../../core/contracts/answer.ts';
import { parseKeyring } from '../../../core/keyring.ts';
import { createSealer } from '../../../core/sealing.ts';

const sealer = createSealer(parseKeyring('a-secret-of-at-least-thirty-two-characters'));
const files = [
  { name: 'user-data', text: '#cloud-config\n' },
  { name: 'meta-data', text: 'a: 1\n' },
];

describe('an answer file at rest', () => {
  test('is opened for the install that it was sealed for, and for no other', () => {
    const sealed = sealAnswer(sealer, files, 'xe-1');
    expect(sealed).not.toContain('cloud-config');
    expect(openAnswer(sealer, sealed, 'xe-1')).toEqual(files);
    expect(() => openAnswer(sealer, sealed, 'xe-2')).toThrow(/cannot open/);
  });

  test('has a digest over names and texts, whatever their order', () => {
    expect(answerDigest(files)).toBe(answerDigest(files.toReversed()));
    const [first, second] = files;
    if (!first || !second) throw new Error('there are two files');
    expect(answerDigest([first, { ...second, text: 'a: 2\n' }])).not.toBe(answerDigest(files));
    expect(answerDigest([{ name: 'a', text: 'bc' }])).not.toBe(answerDigest([{ name: 'ab', text: 'c' }]));
  });
});

describe('placeholders', () => {
  test('of XEPA are found and replaced, those of other tools are left alone', () => {
    const text = 'a {{xepa.mac}} {{ xepa.mac }} {{ ds.meta_data.x }} {{xepa.unknown}}';
    expect(placeholdersIn([{ name: 'x', text }])).toEqual(['xepa.mac', 'xepa.unknown']);
    const filled = replacePlaceholders(text, (name) => (name === 'xepa.mac' ? '$& $1' : undefined));
    expect(filled).toBe('a $& $1 $& $1 {{ ds.meta_data.x }} {{xepa.unknown}}');
  });
});

describe('the first reboot', () => {
  const answer = (kind: AnswerKind) => ({ answer: { kind, name: 'x', sha256: '', bytes: 0, preview: '' } });

  test('ends the VM after installers that reboot once, and wherever XEPA boots the kernel', () => {
    expect((['autoinstall', 'kickstart', 'preseed'] as const).map((kind) => finishesOnReboot(answer(kind)))).toEqual([
      true,
      true,
      true,
    ]);
    expect((['cloud-init', 'windows'] as const).map((kind) => finishesOnReboot(answer(kind)))).toEqual([false, false]);
    expect([finishesOnReboot({}), finishesOnReboot({ kernelArgs: 'quiet' })]).toEqual([false, true]);
    expect([bootsKernel(answer('kickstart')), bootsKernel(answer('preseed'))]).toEqual([false, true]);
  });

  test('does what somebody asked for, unless QEMU would boot the installer again', () => {
    expect(finishesOnReboot({ ...answer('kickstart'), vm: { onReboot: 'stay' } })).toBe(false);
    expect(finishesOnReboot({ ...answer('windows'), vm: { onReboot: 'finish' } })).toBe(true);
    expect(finishesOnReboot({ ...answer('preseed'), vm: { onReboot: 'stay' } })).toBe(true);
  });
});
