import type { AnswerFile, AnswerKind } from '../../core/contracts/answer.ts';
import { dataDisc } from './data-disc.ts';

/**
 * Volume labels by which installers find an answer file on any disc: cloud-init's NoCloud and Anaconda by the label, Windows
 * in the root of any removable medium. Debian's has its file in the initrd; on the disc it is only to be looked at.
 */
const labels: Readonly<Record<AnswerKind, string>> = {
  'cloud-init': 'CIDATA',
  autoinstall: 'CIDATA',
  kickstart: 'OEMDRV',
  preseed: 'PRESEED',
  windows: 'UNATTEND',
};

/** The disc image with an answer file. */
export function answerDisc(kind: AnswerKind, files: readonly AnswerFile[]): Buffer {
  return dataDisc({
    label: labels[kind],
    files: files.map(({ name, text }) => ({ name, content: Buffer.from(text) })),
  });
}
