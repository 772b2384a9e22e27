import type { Wanted } from './table.ts';

/** The layouts that the console can type in. `us` first: installers begin with it. */
export const wantedLayouts: readonly Wanted[] = [
  { id: 'us', title: 'English (US)', variant: 'us(basic)' },
  { id: 'gb', title: 'English (UK)', variant: 'gb(basic)' },
  { id: 'de', title: 'German', variant: 'de(basic)' },
  { id: 'de-nodeadkeys', title: 'German (no dead keys)', variant: 'de(nodeadkeys)' },
  {
    id: 'de-console',
    title: 'German (Linux console, de-latin1)',
    variant: 'de(basic)',
    instead: { AD12: ['plus', 'asterisk', 'dead_tilde'] },
  },
  // X11 alone has a tilde there as well; the one behind AltGr is everywhere.
  { id: 'fr', title: 'French', variant: 'fr(basic)', instead: { TLDE: ['twosuperior'] } },
  {
    id: 'fr-console',
    title: 'French (Linux console, fr-latin9)',
    variant: 'fr(basic)',
    instead: { TLDE: ['NoSymbol'], AE07: ['egrave', '7', 'dead_grave'] },
  },
  {
    id: 'fr-windows',
    title: 'French (Windows)',
    variant: 'fr(basic)',
    instead: {
      TLDE: ['twosuperior'],
      AE02: ['eacute', '2', 'dead_tilde'],
      AE07: ['egrave', '7', 'dead_grave'],
      AC01: ['q', 'Q'],
    },
  },
  { id: 'es', title: 'Spanish', variant: 'es(basic)' },
  {
    id: 'es-windows',
    title: 'Spanish (Windows)',
    variant: 'es(basic)',
    instead: { AE04: ['4', 'dollar', 'dead_tilde'] },
  },
  { id: 'pt', title: 'Portuguese', variant: 'pt(basic)' },
  { id: 'br', title: 'Portuguese (Brazil)', variant: 'br(abnt2)' },
  { id: 'it', title: 'Italian', variant: 'it(basic)' },
  { id: 'be', title: 'Belgian', variant: 'be(basic)' },
  { id: 'ch', title: 'German (Switzerland)', variant: 'ch(basic)' },
  { id: 'ch-fr', title: 'French (Switzerland)', variant: 'ch(fr)' },
  { id: 'dk', title: 'Danish', variant: 'dk(basic)' },
  { id: 'no', title: 'Norwegian', variant: 'no(basic)' },
  { id: 'se', title: 'Swedish', variant: 'se(basic)' },
  { id: 'fi', title: 'Finnish', variant: 'fi(classic)' },
  { id: 'pl', title: 'Polish', variant: 'pl(basic)', altGrLetters: true },
];
