import type { Survey } from '../../core/contracts/survey.ts';
import { iommuOptions } from './kexec-cmdline.ts';
import { planInstall } from './plan.ts';
import type { PlanInput } from './plan-types.ts';

export interface KexecInput extends PlanInput {
  /** The operator lets it be done. */
  allowed: boolean;
  /** The provider can restart the server into rescue, should the new kernel not come up. */
  wayBack: boolean;
  /** The rescue system gets our SSH key from its provider whenever it starts. */
  keyReturns: boolean;
}

/** Whether to start the rescue kernel anew with the IOMMU on, and with which options; else why not, a sentence or two. */
export function kexecCase(input: KexecInput): { options: string } | { why: string } {
  const { survey } = input;
  if (!input.allowed) return { why: 'XEPA_KEXEC is off: the rescue kernel is not started anew.' };
  const found = iommuOptions(survey);
  if ('why' in found) return found;
  if (!survey.vfio) return { why: 'The rescue kernel has no vfio-pci, so an IOMMU would not help.' };
  if (survey.secureBoot) {
    return { why: 'Secure Boot is on: a kernel that is locked down starts no other in its place.' };
  }
  if (!input.wayBack) {
    return {
      why: `Its provider cannot bring the rescue system back, should the new kernel not come up. Start the rescue system with ${found.options} yourself.`,
    };
  }
  if (!input.keyReturns) {
    return { why: 'Our SSH key lies in its memory, and nobody would give it to the new kernel.' };
  }
  const against = whyNotEvenThen(input);
  return against === null ? found : { why: `It would not help: ${against}` };
}

/** A restart that gains nothing is not worth its risk: what would be planned with the IOMMU on? Null where it gains something. */
function whyNotEvenThen(input: PlanInput): string | null {
  const planned = planInstall({ ...input, survey: withIommu(input.survey) });
  if (!('plan' in planned)) return planned.refusals.join(' ');
  const better = planned.plan.ladder.filter(
    ({ part, rung }) => rung === 'passthrough' && (part === 'disk' || input.request.rungs?.nic === 'passthrough'),
  );
  if (better.length > 0) return null;
  const disk = planned.plan.ladder.find(({ part }) => part === 'disk');
  return disk?.refused[0]?.why ?? 'the disk would go the same way.';
}

/** Each card in a group of its own: the kernel puts functions of one card together, and the groups of bridges cannot be told yet. */
function withIommu(survey: Survey): Survey {
  const cards = [...new Set(survey.pci.map(({ address }) => cardOf(address)))];
  const pci = survey.pci.map((device) => ({ ...device, iommuGroup: cards.indexOf(cardOf(device.address)) }));
  return { ...survey, iommu: true, reservedGroups: [], pci };
}

/** `0000:02:00.1` without its function. */
function cardOf(address: string): string {
  return address.replace(/\.[0-7]$/, '');
}
