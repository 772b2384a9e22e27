import { bytes } from '../bytes.ts';
import { type Check, type Finding, fail, ok, skipped, warn } from './check.ts';

const LIMIT_MS = 10_000;
/** Asking for hundreds of addresses would take its time and look like an attack. */
const MOST = 20;

/** One ISO that people may name. */
export interface CatalogueEntry {
  name: string;
  url: string;
  sha256?: string | undefined;
  mirrors?: readonly string[] | undefined;
}

/** What its address answered to HEAD. */
export interface IsoAnswer {
  status: number;
  /** Where redirects led to. */
  finalUrl: string;
  /** Null where it was not told. */
  bytes: number | null;
}

export function isoChecks(catalogue: readonly CatalogueEntry[]): Check[] {
  const check = (name: string, run: Check['run']): Check => ({ part: 'isos', name, limitMs: LIMIT_MS, run });
  if (catalogue.length === 0) {
    return [check('catalogue', async () => skipped('`XEPA_ISOS` is empty: people type whole addresses'))];
  }
  const addresses = catalogue.flatMap(withMirrors);
  const asked = addresses
    .slice(0, MOST)
    .map((entry) => check(entry.name, async (signal) => judgeIso(entry, await askIso(entry.url, signal))));
  const rest = addresses.length - asked.length;
  return rest === 0 ? asked : [...asked, check('more', async () => skipped(`${rest} more are not asked for`))];
}

/** A mirror that is gone is noticed when it is needed, and that is too late. */
function withMirrors({ mirrors = [], ...entry }: CatalogueEntry): CatalogueEntry[] {
  return [entry, ...mirrors.map((url, index) => ({ ...entry, name: `${entry.name}, mirror ${index + 1}`, url }))];
}

/** Null when nothing answered. */
async function askIso(url: string, signal: AbortSignal): Promise<IsoAnswer | null> {
  try {
    const response = await fetch(url, { method: 'HEAD', signal });
    const length = Number(response.headers.get('content-length') ?? 0);
    return { status: response.status, finalUrl: response.url, bytes: length > 0 ? length : null };
  } catch {
    return null;
  }
}

/** The device fetches the ISO, not we: what does not answer here may answer there, so that is a warning. */
export function judgeIso(entry: CatalogueEntry, answer: IsoAnswer | null): Finding {
  if (answer === null) {
    return warn('its address does not answer from here', 'Open the address; devices must be able to fetch it');
  }
  if (entry.url.startsWith('https:') && !answer.finalUrl.startsWith('https:')) {
    return fail('its address leads to plain http, which devices refuse', 'Put an address on https into `XEPA_ISOS`');
  }
  if (answer.status === 405 || answer.status === 501) {
    return warn('its server does not answer HEAD, so nothing is known of it', 'Fetch the address once by hand');
  }
  if (answer.status >= 400) {
    const says = `its address answers ${answer.status}`;
    const todo = 'Correct it in `XEPA_ISOS`: mirrors drop old releases';
    return [404, 410].includes(answer.status) ? fail(says, todo) : warn(says, todo);
  }
  const size = answer.bytes === null ? 'is there' : `is there, ${bytes(answer.bytes)}`;
  if (entry.sha256 !== undefined) return ok(`${size}, with a digest`);
  return warn(`${size}, but has no digest`, 'Put its `sha256` into `XEPA_ISOS`: then nothing else is installed');
}
