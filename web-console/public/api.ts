import type { PageState, PictureNews, TypedNote } from '../page-contract.ts';
import type { Answer } from './answer.ts';
import { saveFile } from './save-file.ts';

/** Redeems the ticket of a link; the cookie comes with the answer. */
export function redeemTicket(ticket: string): Promise<Answer<{ install: string }>> {
  return ask('/api/console/exchange', { ticket });
}

export function readState(install: string): Promise<Answer<PageState>> {
  return ask(`/api/console/${encodeURIComponent(install)}/state`);
}

export function bootMetal(install: string): Promise<Answer<unknown>> {
  return ask(`/api/console/${encodeURIComponent(install)}/boot-metal`, {});
}

/** What one may want of the keyboard. */
export type KeyboardWish = { do: 'ask' | 'take' | 'keep' | 'release' } | { do: 'give'; to: string };

export function moveKeyboard(install: string, wish: KeyboardWish): Promise<Answer<unknown>> {
  return ask(`/api/console/${encodeURIComponent(install)}/keyboard`, wish);
}

/** Closes all screens of the install and voids its links. */
export function endForAll(install: string): Promise<Answer<unknown>> {
  return ask(`/api/console/${encodeURIComponent(install)}/end`, {});
}

/** Says what is about to be typed, without the text: it never passes the server's API. */
export function noteTyped(install: string, typed: TypedNote): Promise<Answer<unknown>> {
  return ask(`/api/console/${encodeURIComponent(install)}/typed`, typed);
}

/** Wants a picture of the screen in the install's thread; the nonce is for asking what became of it. */
export function wantPicture(install: string): Promise<Answer<{ nonce: string }>> {
  return ask(`/api/console/${encodeURIComponent(install)}/picture`, {});
}

export function readPictureNews(install: string, nonce: string): Promise<Answer<PictureNews>> {
  return ask(`/api/console/${encodeURIComponent(install)}/picture/${encodeURIComponent(nonce)}`);
}

/** Ends everything that this browser holds. */
export function signOut(): Promise<Answer<unknown>> {
  return ask('/api/console/sign-out', {});
}

/** A GET, or a POST where there is a body. The answer is our own server's, so its shape is trusted. */
export function ask<T>(path: string, body?: object): Promise<Answer<T>> {
  return answerTo(path, body === undefined ? { cache: 'no-store' } : post(body));
}

/** The same for a request of another kind. */
export async function answerTo<T>(path: string, request: RequestInit): Promise<Answer<T>> {
  try {
    const response = await fetch(path, request);
    const answer = await response.json();
    if (response.ok) return { kind: 'ok', body: answer };
    // 5xx: a proxy or a restart in between, which passes.
    if (response.status >= 500 && answer.refused !== 'screen-silent') return { kind: 'offline' };
    return { kind: 'refused', code: answer.refused, message: answer.message, resume: answer.resume ?? null };
  } catch {
    return { kind: 'offline' };
  }
}

function post(body: object): RequestInit {
  const headers = { 'Content-Type': 'application/json', 'X-Xepa': '1' };
  return { method: 'POST', headers, body: JSON.stringify(body), cache: 'no-store' };
}

/** Saves what a serial port has said as a file; answers with what went wrong, or null. */
export async function saveSerialLog(install: string, port: string): Promise<string | null> {
  try {
    const response = await fetch(`/api/console/${encodeURIComponent(install)}/serial/${port}/log`, post({}));
    if (!response.ok) return (await response.json()).message;
    saveFile(await response.blob(), `${install}-serial${port}.log`);
    return null;
  } catch {
    return 'XEPA did not answer. Try again.';
  }
}
