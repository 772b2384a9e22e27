import type { Layout } from './layout.ts';

/**
 * Written by bin/layouts.ts from xkeyboard-config, which is under the MIT licence. Per layout: plain, Shift, AltGr, AltGr
 * and Shift; a place per key in the order of `typingKeys`. A combining accent is a dead key.
 */
export const layouts: readonly Layout[] = [
  {
    id: 'us',
    title: 'English (US)',
    rows: [
      "`1234567890-=qwertyuiop[]asdfghjkl;'\\<zxcvbnm,./ ",
      '~!@#$%^&*()_+QWERTYUIOP{}ASDFGHJKL:"|>ZXCVBNM<>? ',
      '                                     |           ',
      '                                                 ',
    ],
  },
  {
    id: 'gb',
    title: 'English (UK)',
    rows: [
      "`1234567890-=qwertyuiop[]asdfghjkl;'#\\zxcvbnm,./ ",
      '¬!"£$%^&*()_+QWERTYUIOP{}ASDFGHJKL:@~|ZXCVBNM<>? ',
      '|   €  {[]}\\ @ e        \u0303          \u0302\u0300|           ',
      '|              E                &     <>         ',
    ],
  },
  {
    id: 'de',
    title: 'German',
    rows: [
      '\u03021234567890ß\u0301qwertzuiopü+asdfghjklöä#<yxcvbnm,.- ',
      '°!"§$%&/()=?\u0300QWERTZUIOPÜ*ASDFGHJKLÖÄ\'>YXCVBNM;:_ ',
      '       {[]}\\ @ €        ~          \u0302 |           ',
      '               €                &                ',
    ],
  },
  {
    id: 'de-nodeadkeys',
    title: 'German (no dead keys)',
    rows: [
      '^1234567890ß´qwertzuiopü+asdfghjklöä#<yxcvbnm,.- ',
      '°!"§$%&/()=?`QWERTZUIOPÜ*ASDFGHJKLÖÄ\'>YXCVBNM;:_ ',
      '       {[]}\\ @ €        ~          ^ |           ',
      '               €                &  ^`            ',
    ],
  },
  {
    id: 'de-console',
    title: 'German (Linux console, de-latin1)',
    rows: [
      '\u03021234567890ß\u0301qwertzuiopü+asdfghjklöä#<yxcvbnm,.- ',
      '°!"§$%&/()=?\u0300QWERTZUIOPÜ*ASDFGHJKLÖÄ\'>YXCVBNM;:_ ',
      '       {[]}\\ @ €        \u0303          \u0302 |           ',
      '               €                &                ',
    ],
  },
  {
    id: 'fr',
    title: 'French',
    rows: [
      '²&é"\'(-è_çà)=azertyuiop\u0302$qsdfghjklmù*<wxcvbn,;:! ',
      ' 1234567890°+AZERTYUIOP\u0308£QSDFGHJKLM%µ>WXCVBN?./§ ',
      '  ~#{[|`\\^@]}  €         @         \u0302\u0300|           ',
      '    $         <                 &      >         ',
    ],
  },
  {
    id: 'fr-console',
    title: 'French (Linux console, fr-latin9)',
    rows: [
      ' &é"\'(-è_çà)=azertyuiop\u0302$qsdfghjklmù*<wxcvbn,;:! ',
      ' 1234567890°+AZERTYUIOP\u0308£QSDFGHJKLM%µ>WXCVBN?./§ ',
      '  ~#{[|\u0300\\^@]}  €         @         \u0302\u0300|           ',
      '    $         <                 &      >         ',
    ],
  },
  {
    id: 'fr-windows',
    title: 'French (Windows)',
    rows: [
      '²&é"\'(-è_çà)=azertyuiop\u0302$qsdfghjklmù*<wxcvbn,;:! ',
      ' 1234567890°+AZERTYUIOP\u0308£QSDFGHJKLM%µ>WXCVBN?./§ ',
      '  \u0303#{[|\u0300\\^@]}  €                   \u0302\u0300|           ',
      '    $         <                 &      >         ',
    ],
  },
  {
    id: 'es',
    title: 'Spanish',
    rows: [
      "º1234567890'¡qwertyuiop\u0300+asdfghjklñ\u0301ç<zxcvbnm,.- ",
      'ª!"·$%&/()=?¿QWERTYUIOP\u0302*ASDFGHJKLÑ\u0308Ç>ZXCVBNM;:_ ',
      '\\|@#~  {[]}\\ @ €       []         \u0303{}|           ',
      '\\   $                           &     <>         ',
    ],
  },
  {
    id: 'es-windows',
    title: 'Spanish (Windows)',
    rows: [
      "º1234567890'¡qwertyuiop\u0300+asdfghjklñ\u0301ç<zxcvbnm,.- ",
      'ª!"·$%&/()=?¿QWERTYUIOP\u0302*ASDFGHJKLÑ\u0308Ç>ZXCVBNM;:_ ',
      '\\|@#\u0303  {[]}\\ @ €       []         \u0303{}|           ',
      '\\                               &     <>         ',
    ],
  },
  {
    id: 'pt',
    title: 'Portuguese',
    rows: [
      "\\1234567890'«qwertyuiop+\u0301asdfghjklçº\u0303<zxcvbnm,.- ",
      '|!"#$%&/()=?»QWERTYUIOP*\u0300ASDFGHJKLÇª\u0302>ZXCVBNM;:_ ',
      '  @    {[]}\\ @ €        \u0303          \u0302\u0300\\           ',
      '    $                           &    \\<>         ',
    ],
  },
  {
    id: 'br',
    title: 'Portuguese (Brazil)',
    rows: [
      "'1234567890-=qwertyuiop\u0301[asdfghjklç\u0303]\\zxcvbnm,.;/",
      '"!@#$%\u0308&*()_+QWERTYUIOP\u0300{ASDFGHJKLÇ\u0302}|ZXCVBNM<>:?',
      '       {[]}\\ /?                    ~             ',
      '             /?        `        &  ^  <>         ',
    ],
  },
  {
    id: 'it',
    title: 'Italian',
    rows: [
      "\\1234567890'ìqwertyuiopè+asdfghjklòàù<zxcvbnm,.- ",
      '|!"£$%&/()=?^QWERTYUIOPé*ASDFGHJKLç°§>ZXCVBNM;:_ ',
      '       {[]}`~@ €       []         @#\u0300            ',
      '                       {}       &     <>         ',
    ],
  },
  {
    id: 'be',
    title: 'Belgian',
    rows: [
      '²&é"\'(§è!çà)-azertyuiop\u0302$qsdfghjklmùµ<wxcvbn,;:= ',
      '³1234567890°_AZERTYUIOP\u0308*QSDFGHJKLM%£>WXCVBN?./+ ',
      ' |@#  ^{[{}\\ @ €       []           \u0300\\         \u0303 ',
      '    $                           &    \\<>         ',
    ],
  },
  {
    id: 'ch',
    title: 'German (Switzerland)',
    rows: [
      "§1234567890'\u0302qwertzuiopü\u0308asdfghjklöä$<yxcvbnm,.- ",
      '°+"*ç%&/()=?\u0300QWERTZUIOPè!ASDFGHJKLéà£>YXCVBNM;:_ ',
      ' |@#   | ]} \u0303@ €       []          {}\\           ',
      '    $          E                &     <>         ',
    ],
  },
  {
    id: 'ch-fr',
    title: 'French (Switzerland)',
    rows: [
      "§1234567890'\u0302qwertzuiopè\u0308asdfghjkléà$<yxcvbnm,.- ",
      '°+"*ç%&/()=?\u0300QWERTZUIOPü!ASDFGHJKLöä£>YXCVBNM;:_ ',
      ' |@#   | ]} \u0303@ €       []          {}\\           ',
      '    $          E                &     <>         ',
    ],
  },
  {
    id: 'dk',
    title: 'Danish',
    rows: [
      "½1234567890+\u0301qwertyuiopå\u0308asdfghjklæø'<zxcvbnm,.- ",
      '§!"#¤%&/()=?\u0300QWERTYUIOPÅ\u0302ASDFGHJKLÆØ*>ZXCVBNM;:_ ',
      '  @ $  {[]} |@ €        \u0303          \u0302 \\           ',
      '                                &     <>         ',
    ],
  },
  {
    id: 'no',
    title: 'Norwegian',
    rows: [
      "|1234567890+\\qwertyuiopå\u0308asdfghjkløæ'<zxcvbnm,.- ",
      '§!"#¤%&/()=?\u0300QWERTYUIOPÅ\u0302ASDFGHJKLØÆ*>ZXCVBNM;:_ ',
      '  @ $  {[]}  @ €        \u0303          \u0302             ',
      '                                &     <>         ',
    ],
  },
  {
    id: 'se',
    title: 'Swedish',
    rows: [
      "§1234567890+\u0301qwertyuiopå\u0308asdfghjklöä'<zxcvbnm,.- ",
      '½!"#¤%&/()=?\u0300QWERTYUIOPÅ\u0302ASDFGHJKLÖÄ*>ZXCVBNM;:_ ',
      '  @ $€ {[]}\\ @ €        \u0303            |           ',
      '                                &     <>         ',
    ],
  },
  {
    id: 'fi',
    title: 'Finnish',
    rows: [
      "§1234567890+\u0301qwertyuiopå\u0308asdfghjklöä'<zxcvbnm,.- ",
      '½!"#¤%&/()=?\u0300QWERTYUIOPÅ\u0302ASDFGHJKLÖÄ*>ZXCVBNM;:_ ',
      '  @ $€ {[]}\\ qw€  yu o  \u0303   f hj     |   v       ',
      '        <>   QW   YU|O      F HJ         V       ',
    ],
  },
  {
    id: 'pl',
    title: 'Polish',
    rows: [
      "`1234567890-=qwertyuiop[]asdfghjkl;'\\<zxcvbnm,./ ",
      '~!@#$%^&*()_+QWERTYUIOP{}ASDFGHJKL:"|>ZXCVBNM<>? ',
      '     €         ę ß   ó  \u0303ąś æ    ł \u0302\u0300|żźć  ńµ    ',
      '               Ę     Ó   ĄŚ Æ    Ł    ŻŹĆ  Ń     ',
    ],
  },
];
