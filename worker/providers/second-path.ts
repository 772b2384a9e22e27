import type { SecondPath } from '../../core/contracts/lifeline.ts';
import type { LifelineMove, NotYet } from './types.ts';

/** What was begun of a second path, by the names of its parts. `note` saves one before it is begun. */
export interface Begun {
  has(name: string): boolean;
  note(name: string): Promise<void>;
}

/** Makes what is missing of a second path, each part noted before it. May be repeated; null once all of it is there. */
export async function makePath(
  { parts }: Pick<LifelineMove, 'parts'>,
  { path, begun, signal }: { path: SecondPath; begun: Begun; signal: AbortSignal },
): Promise<NotYet> {
  for (const part of parts) {
    if (!begun.has(part.name)) await begun.note(part.name);
    const missing = await part.make(path, signal);
    if (missing !== null) return missing;
  }
  return null;
}

/** Takes back whatever was begun, the last first: each part stands on those before it. May be repeated; null once nothing is left. */
export async function takeBackPath(
  { parts }: Pick<LifelineMove, 'parts'>,
  { path, begun, signal }: { path: SecondPath; begun: Pick<Begun, 'has'>; signal: AbortSignal },
): Promise<NotYet> {
  for (const part of parts.toReversed()) {
    const left = begun.has(part.name) ? await part.takeBack(path, signal) : null;
    if (left !== null) return left;
  }
  return null;
}
