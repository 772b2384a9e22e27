import type { KexecFacts } from '../../core/contracts/kexec.ts';
import type { Survey } from '../../core/contracts/survey.ts';

/** What became of it, as far as the plan has to say it. */
export type KexecOutcome = Pick<KexecFacts, 'state' | 'options' | 'source' | 'why'>;

/** Why the rescue kernel is not started anew, or did not help. */
export function kexecRefusal(survey: Pick<Survey, 'iommu'>, kexec: KexecOutcome | undefined): string {
  if (kexec?.state === 'up' && survey.iommu)
    return 'The rescue kernel was started anew and the IOMMU is on; another start would not change this.';
  if (survey.iommu) return 'The IOMMU is on; starting the rescue kernel anew would not change this.';
  return kexec?.why || 'Whether the rescue kernel can be started anew with the IOMMU on was not looked into.';
}

/** What has to be said of a device that is passed through thanks to it: how, and what it risks. */
export function kexecNotes(kexec: KexecOutcome | undefined): { how: string; risks: string[] } {
  if (kexec?.state !== 'up') return { how: '', risks: [] };
  const { options, source } = kexec;
  const files = source === 'operator' ? 'XEPA_RESCUE_KERNELS names' : 'the rescue system was started with itself';
  return {
    how: ` For that the rescue kernel was started anew (kexec) with ${options}: the same version, from the files that ${files}.`,
    risks: [
      'That start went past the firmware: a device that was left in an odd state by the old kernel stays in it until the server restarts at the end.',
    ],
  };
}
