import type { Page } from 'playwright-core';

/** An authenticator that Chromium emulates for one tab: real keys, real signatures, no hardware. */
export interface Authenticator {
  /** How many passkeys it holds. */
  count(): Promise<number>;
  /** Whether the person is recognised (finger, face, PIN) the next time. */
  recognise(yes: boolean): Promise<void>;
  unplug(): Promise<void>;
}

/** @param transport `internal` is built into the computer; a tab has one of those at most, and any number of `usb` keys */
export async function plugIn(page: Page, transport: 'internal' | 'usb' = 'internal'): Promise<Authenticator> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...{ protocol: 'ctap2', transport, hasResidentKey: true, hasUserVerification: true },
      ...{ isUserVerified: true, automaticPresenceSimulation: true },
    },
  });
  return {
    count: async () => (await devtools.send('WebAuthn.getCredentials', { authenticatorId })).credentials.length,
    recognise: async (isUserVerified) =>
      void (await devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified })),
    unplug: async () => void (await devtools.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId })),
  };
}

/** Answers a challenge in whatever page the tab shows: what a page of somebody else could do as well. */
export function answerByHand(page: Page, options: unknown): Promise<unknown> {
  return page.evaluate(`(async () => {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(${JSON.stringify(options)});
    return (await navigator.credentials.get({ publicKey })).toJSON();
  })()`);
}
