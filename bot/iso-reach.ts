import { isIP } from 'node:net';
import { type IsoCatalogue, liesUnder, urlFault } from './catalogue.ts';
import { whereabouts } from './inner-addresses.ts';

/**
 * Where XEPA itself may look for an ISO. The servers fetch ISOs in their own network; this is about what the bot calls
 * in its own. Answers are why not, as a part of a sentence that begins with the host, or null.
 */
export interface IsoReach {
  /** Of each address on the way: the one that was asked for, and every one it redirects to. */
  url(url: URL): string | null;
  /** Of each IP address that the URL's host has, right before it is called. */
  address(url: URL, address: string): string | null;
}

export function isoReach(settings: { catalogue: IsoCatalogue; allow: readonly string[] }): IsoReach {
  const { allow } = settings;
  const configured = new Set([...settings.catalogue.values()].map((iso) => new URL(iso.url).href));
  const isNamed = (url: URL) => configured.has(url.href) || liesUnder(url, allow);
  return {
    url(url) {
      const fault = isNamed(url) ? null : urlFault(url, allow);
      if (fault === null) return null;
      return fault === 'outside'
        ? 'lies outside of XEPA_ISO_ALLOW'
        : 'is asked by https only, unless XEPA_ISO_ALLOW or XEPA_ISOS names the address';
    },
    address(url, address) {
      const where = whereabouts(address);
      if (where === 'public') return null;
      if (!isNamed(url))
        return "leads into XEPA's own network, where it calls only what XEPA_ISO_ALLOW or XEPA_ISOS names";
      // A name is worth what its DNS says today: no mirror may turn into this machine, or into its cloud's credentials.
      if (where === 'private' || isSpelledOut(url.hostname)) return null;
      return 'leads to the machine that XEPA runs on or right beside it, which the settings must name by its number';
    },
  };
}

function isSpelledOut(hostname: string): boolean {
  return hostname === 'localhost' || isIP(hostname.replace(/^\[|\]$/g, '')) !== 0;
}
