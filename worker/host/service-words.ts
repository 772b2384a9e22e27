const MOST = 80;

/** What a client of Remote Desktop says first: an X.224 connection request (MS-RDPBCGR, 2.2.1.1). */
export const rdpRequest = Buffer.from('030000130ee000000000000100080003000000', 'hex');

/** What a service that does not speak first is asked. */
export function httpRequest(host: string): string {
  return `GET / HTTP/1.0\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
}

/** What kind of service an answer comes from, in a few words; empty where that cannot be told. Nothing in it is trusted. */
export function serviceWords(answer: Buffer): string {
  if (isRdp(answer)) return 'Remote Desktop';
  const text = answer.toString('latin1');
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1];
  if (status !== undefined) return `HTTP ${status}${titleOf(answer.toString('utf8'))}`;
  return printable(text.split(/[\r\n]/, 1)[0] ?? '');
}

/** An X.224 connection confirm in a TPKT header. */
function isRdp(answer: Buffer): boolean {
  return answer.length >= 7 && answer[0] === 3 && answer[1] === 0 && ((answer[5] ?? 0) & 0xf0) === 0xd0;
}

function titleOf(page: string): string {
  const title = printable((/<title[^>]{0,100}>([^<]{1,300})/i.exec(page)?.[1] ?? '').replace(/\s+/g, ' ').trim());
  return title === '' ? '' : `, “${title}”`;
}

/** Only what a banner is made of: a service may send anything. */
function printable(text: string): string {
  return text.replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '').slice(0, MOST);
}
