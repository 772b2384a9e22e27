import type { BrowserDiscView } from '../../browser-disc/disc-contract.ts';
import { type LineState, readWords, standingWords } from './disc-words.ts';

/** What the strip at the foot of the screen shows. */
export interface Strip {
  name: string;
  words: string;
  count: string;
  tone: 'good' | 'warm' | 'quiet';
  insert: boolean;
  choose: boolean;
}

/** How it stands between this page and a disc of its person. */
export interface Stands {
  /** Null where this page does not have the file. */
  line: LineState | null;
  changed: boolean;
  inDrive: boolean;
  /** The server's words, where it does not open the line. */
  why: string;
  perSecond: number | null;
}

/** What the strip shows of it. */
export function stripOf(disc: BrowserDiscView, stands: Stands): Strip {
  const { changed, inDrive, perSecond } = stands;
  const line = disc.verdict === 'asked' ? 'asking' : (stands.line ?? 'none');
  const good = line === 'open' && !changed;
  return {
    name: disc.name,
    words: standingWords({ line, changed, inDrive, why: stands.why }),
    count: readWords(disc.read, disc.bytes, good ? perSecond : null),
    tone: good ? 'good' : toneOf(line, changed),
    insert: good && !inDrive,
    choose: line === 'none' || changed,
  };
}

function toneOf(line: LineState | 'asking' | 'none', changed: boolean): Strip['tone'] {
  return changed || line === 'none' || line === 'lost' ? 'warm' : 'quiet';
}
