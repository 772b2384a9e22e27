/**
 * The values that no report may hold: settings whose names say so, and the password in the address of Redis.
 * @param settings by the names of their environment variables
 */
export function secretValues(settings: Readonly<Record<string, unknown>>): string[] {
  const named = Object.entries(settings).flatMap(([name, value]) =>
    typeof value === 'string' && /SECRET|TOKEN|PASSWORD/.test(name) ? [value] : [],
  );
  return [...named, ...passwordsOf(settings.REDIS_URL)];
}

/** As it stands in the address, and as it is meant. */
function passwordsOf(url: unknown): string[] {
  if (typeof url !== 'string' || !URL.canParse(url)) return [];
  const { password } = new URL(url);
  return password === '' ? [] : [password, decoded(password)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
