import { configuredAs, type IsoCatalogue } from './catalogue.ts';
import type { LibraryIsos } from './iso-library.ts';
import type { NamedIso } from './views/iso-list.ts';

/** All ISOs with a name: the configured ones, then those of the library, the retired ones last. */
export function namedIsos(catalogue: IsoCatalogue, library: LibraryIsos): NamedIso[] {
  const configured = [...catalogue].map(
    ([name, { url, sha256, mirrors }]): NamedIso => ({
      ...{ name, url, sha256: sha256 ?? null, kept: null, hidden: false },
      ...(mirrors ? { mirrors } : {}),
    }),
  );
  const kept = [...library].map(
    ([name, iso]): NamedIso => ({
      name,
      url: iso.url,
      sha256: iso.sha256,
      kept: iso,
      hidden: configuredAs(name, catalogue) !== undefined,
    }),
  );
  const order = (iso: NamedIso) => `${iso.kept?.retired ? 1 : 0} ${iso.name}`;
  return [...configured, ...kept.sort((a, b) => (order(a) < order(b) ? -1 : 1))];
}
