/** The session cookie: its name and attributes follow from the public URL. */
export interface SessionCookie {
  name: string;
  /** The Set-Cookie line. `maxAgeSeconds` is the session's whole life. */
  line(secret: string, maxAgeSeconds: number): string;
  /** The secret in a request's Cookie header, or null. */
  read(header: string | undefined): string | null;
}

const secretForm = /^[\w-]{43}$/;

/**
 * `__Host-` ties the cookie to exactly this host over TLS. On plain-http loopback (a demo on a laptop) not every
 * browser keeps a Secure cookie, so there it has another name and no Secure.
 */
export function sessionCookie(publicUrl: string): SessionCookie {
  return secretCookie(publicUrl, 'xepa');
}

/** The same for the passkey page, whose secret is another one and lives for minutes. */
export function flowCookie(publicUrl: string): SessionCookie {
  return secretCookie(publicUrl, 'xepa-step-up');
}

/** And for the player, whose secret opens recordings and no console. */
export function playCookie(publicUrl: string): SessionCookie {
  return secretCookie(publicUrl, 'xepa-player');
}

function secretCookie(publicUrl: string, stem: string): SessionCookie {
  const secure = publicUrl.startsWith('https:');
  const name = secure ? `__Host-${stem}` : `${stem}-loopback`;
  return {
    name,
    line: (secret, maxAgeSeconds) =>
      `${name}=${secret}; Path=/; ${secure ? 'Secure; ' : ''}HttpOnly; SameSite=Strict; Max-Age=${maxAgeSeconds}`,
    read: (header) => valueIn(header ?? '', name),
  };
}

/** Two cookies of one name are a sign of tampering: neither counts. */
function valueIn(header: string, name: string): string | null {
  const values = header
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
  const [value = ''] = values;
  return values.length === 1 && secretForm.test(value) ? value : null;
}
