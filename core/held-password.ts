/** An address with a user name or password in it, also where it is no web address at all: refusals quote what was typed. */
export function holdsPassword(text: string): boolean {
  return /^[a-z][\w+.-]*:\/\/[^/?#]*@/i.test(text);
}
