import type { SecondPath } from '../../../core/contracts/lifeline.ts';

/** Begins what XEPA writes on objects of an account. */
const OURS = /^xepa-\S+$/;

/** What stands on each object of a second path: all that is needed to take it back, should everything else be lost. */
export function inscriptionOf({ label, deviceId, portId }: SecondPath): string {
  return `${label} ${deviceId} ${portId}`;
}

/** The other way round; null where somebody else wrote it. */
export function readInscription(text: string | null | undefined): SecondPath | null {
  const [label = '', deviceId = '', portId = '', ...more] = (text ?? '').split(' ');
  return OURS.test(label) && deviceId !== '' && portId !== '' && more.length === 0 ? { label, deviceId, portId } : null;
}
