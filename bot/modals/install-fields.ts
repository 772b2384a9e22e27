import type { Draft } from '../drafts.ts';
import type { InstallWish } from '../install-request.ts';
import { type Advanced, advancedOptions, LEFT_TO_XEPA } from '../views/advanced-fields.ts';
import type { Fields } from './modal.ts';

type Wish = Draft['wish'];

/** The advanced options of a wish, by their fields. */
export function advancedOf(wish: Partial<InstallWish>): Advanced {
  const { rung, nic, lifeline, media, fix, also, kernelArgs, vm = {} } = wish;
  return { ...vm, rung, nic, lifeline, media, fix, also, kernelArgs };
}

export function hasAdvanced(wish: Partial<InstallWish>): boolean {
  return Object.values(advancedOf(wish)).some((value) => value !== undefined);
}

/** What the form says. Advanced options that it does not show stay as they were typed or filled in before. */
export function wishOf(fields: Fields, before: Wish, showsAdvanced: boolean): Wish {
  const { device = '', iso, url, sha256, disk, answer, answerText, reason, at } = fields;
  const { rung, nic, lifeline, media, fix, also, kernelArgs, ...vm } = showsAdvanced
    ? advancedIn(fields, before)
    : advancedOf(before);
  return {
    ...{ device, iso: url ?? iso ?? '', sha256, disk, answer, answerText, reason, at },
    ...{ rung, nic, lifeline, media, fix, also, kernelArgs },
    vm: Object.values(vm).some((value) => value !== undefined) ? vm : undefined,
  };
}

/** A menu cannot be emptied: one that says nothing was not there. What can be emptied is as it stands. */
function advancedIn(fields: Fields, before: Wish): Advanced {
  const { fix, also, kernelArgs } = fields;
  const said = Object.keys(advancedOptions).flatMap((name) => {
    const value = fields[name];
    return value === undefined ? [] : [[name, value === LEFT_TO_XEPA ? undefined : value] as const];
  });
  return { ...advancedOf(before), fix, also, kernelArgs, ...Object.fromEntries(said) };
}
