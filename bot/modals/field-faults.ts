import { XepaError } from '../../core/errors.ts';
import { alsoWished } from '../also-discs.ts';
import type { AnswerLibrary } from '../answer-library.ts';
import { resolveAnswer } from '../answer-request.ts';
import type { IsoRules } from '../catalogue.ts';
import { fixesWished } from '../fix-wish.ts';
import type { InstallWish } from '../install-request.ts';
import { kernelArgsWished } from '../kernel-args.ts';
import { mediaWished } from '../media-wish.ts';
import { rungsWished, waysWished } from '../rung-wish.ts';
import type { AdvancedName } from '../views/advanced-fields.ts';
import { vmWished } from '../vm-wish.ts';

/** What is wrong with what somebody wants, by the fields of the form, as the command would say it. */
export type Faults = ReadonlyMap<AdvancedName | 'answer' | 'answerText', XepaError>;

/** Looks at each of the advanced options by itself, with what reads the command: so all that is wrong is known at once, and where. */
export function advancedFaults(wish: Partial<InstallWish>, rules: IsoRules): Faults {
  const { vm = {}, rung, nic, lifeline } = wish;
  const readers: readonly (readonly [AdvancedName, () => unknown])[] = [
    ['firmware', () => vmWished({ firmware: vm.firmware })],
    ['guest', () => vmWished({ guest: vm.guest })],
    ['tpm', () => vmWished({ tpm: vm.tpm })],
    ['rom', () => vmWished({ rom: vm.rom })],
    ['onReboot', () => vmWished({ onReboot: vm.onReboot })],
    ['rung', () => rungsWished({ rung })],
    ['nic', () => rungsWished({ nic })],
    ['lifeline', () => waysWished({ nic, lifeline })],
    ['media', () => mediaWished(wish)],
    ['fix', () => fixesWished(wish.fix)],
    ['also', () => alsoWished(wish.also, rules)],
    ['kernelArgs', () => kernelArgsWished(wish.kernelArgs)],
  ];
  return new Map(
    readers.flatMap(([name, read]) => {
      const fault = faultOf(read);
      return fault ? [[name, fault] as const] : [];
    }),
  );
}

/** The same for the answer file. */
export async function answerFaults(wish: Partial<InstallWish>, library: AnswerLibrary): Promise<Faults> {
  const { answer, answerText } = wish;
  try {
    await resolveAnswer({ answer, answerText }, library);
    return new Map();
  } catch (error) {
    if (error instanceof XepaError) return new Map([[answerText === undefined ? 'answer' : 'answerText', error]]);
    throw error;
  }
}

function faultOf(read: () => unknown): XepaError | null {
  try {
    read();
    return null;
  } catch (error) {
    if (error instanceof XepaError) return error;
    throw error;
  }
}
