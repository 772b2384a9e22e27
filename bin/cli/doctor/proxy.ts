import { type Check, type Finding, ok, warn } from '../../../core/doctor/check.ts';
import type { Environment } from '../main.ts';

/** Whether calls to Slack, providers and mirrors take the proxy that this machine seems to need. */
export function proxyCheck(source: Environment): Check {
  return { part: 'network', name: 'outgoing proxy', limitMs: 1_000, run: async () => judgeProxy(source) };
}

/** Node looks at the usual variables only when it is told to. */
export function judgeProxy(source: Environment): Finding {
  const names = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'].filter((name) => source[name]);
  if (names.length === 0) return ok('none is set');
  const list = names.map((name) => `\`${name}\``).join(', ');
  if (source.NODE_USE_ENV_PROXY === '1') return ok(`${list} is used`);
  return warn(`${list} is set, but Node does not use it`, 'Set `NODE_USE_ENV_PROXY=1`, or take the proxy away');
}
