import { type Check, type Finding, fail, looksAt, ok, once, skipped, warn } from './check.ts';

const LIMIT_MS = 10_000;

/** What `GET /healthz` at the public address answered. */
export interface ConsoleAnswer {
  status: number;
  body: string;
  hsts: string | null;
}

/** @param settings `trustProxy` is XEPA_TRUST_PROXY, null where the console's own settings are not known */
export function consoleChecks(settings: { publicUrl: string; trustProxy: number | null }): Check[] {
  const { publicUrl, trustProxy } = settings;
  const read = once(() => askConsole(publicUrl));
  const check = (name: string, run: Check['run']): Check => ({ part: 'console', name, limitMs: LIMIT_MS, run });
  return [
    check('public address', async () => judgeAnswer(publicUrl, await read().catch(() => null))),
    check(
      'https',
      looksAt(read, (answer) => judgeHttps(publicUrl, answer), 'the public address does not answer'),
    ),
    check('proxies', async () => judgeProxies(publicUrl, trustProxy)),
  ];
}

async function askConsole(publicUrl: string): Promise<ConsoleAnswer> {
  const signal = AbortSignal.timeout(LIMIT_MS - 500);
  const response = await fetch(`${publicUrl}/healthz`, { redirect: 'manual', signal });
  const hsts = response.headers.get('strict-transport-security');
  return { status: response.status, body: (await response.text()).slice(0, 1_000), hsts };
}

/** Our own place in the network may differ from that of people's browsers, so a silent address is a warning. */
export function judgeAnswer(publicUrl: string, answer: ConsoleAnswer | null): Finding {
  if (answer === null) {
    const todo = 'See that the web console runs, that DNS names its proxy, and that its certificate is valid';
    return warn(`${publicUrl} does not answer from here`, todo);
  }
  const { status, body } = answer;
  if (status === 200 && isHealthy(body)) return ok(`${publicUrl} is the web console, and it is well`);
  if (status === 503) return fail(`the web console at ${publicUrl} is not well`, 'Look at its log, and at Redis');
  if (status >= 300 && status < 400) {
    return warn(`${publicUrl} leads elsewhere (${status})`, 'Put the address where it ends into `XEPA_PUBLIC_URL`');
  }
  const todo = 'Let the proxy pass every path of this host to the web console';
  return fail(`what answers at ${publicUrl} (${status}) is not the web console`, todo);
}

export function judgeHttps(publicUrl: string, answer: ConsoleAnswer): Finding {
  if (!publicUrl.startsWith('https:')) return ok('plain http, which is good for this machine alone');
  if (answer.hsts !== null) return ok('https, and browsers are told to stay with it (HSTS)');
  return warn('the header Strict-Transport-Security is missing', 'Let the proxy keep the headers of the web console');
}

/** The console itself speaks plain http, so with https there is a proxy before it, which it must know of. */
export function judgeProxies(publicUrl: string, trustProxy: number | null): Finding {
  if (trustProxy === null) return skipped('only the web console knows `XEPA_TRUST_PROXY`');
  const count = trustProxy === 1 ? 'one reverse proxy is' : `${trustProxy} reverse proxies are`;
  if (publicUrl.startsWith('https:') && trustProxy === 0) {
    const says = 'no reverse proxy is trusted, so everybody has the address of the proxy that ends https';
    return warn(says, 'Set `XEPA_TRUST_PROXY` to the number of proxies before the web console');
  }
  if (!publicUrl.startsWith('https:') && trustProxy > 0) {
    const says = `${count} trusted, but the public address has none: anybody could claim any address`;
    return warn(says, 'Set `XEPA_TRUST_PROXY` to 0');
  }
  return ok(trustProxy === 0 ? 'none, and none is needed' : `${count} trusted`);
}

function isHealthy(body: string): boolean {
  try {
    const answer: unknown = JSON.parse(body);
    return typeof answer === 'object' && answer !== null && 'ok' in answer && answer.ok === true;
  } catch {
    return false;
  }
}
