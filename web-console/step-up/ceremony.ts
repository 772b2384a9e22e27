import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { COSEALG } from '@simplewebauthn/server/helpers';
import { z } from 'zod';
import { personKey, type SlackPerson } from '../../core/contracts/slack-person.ts';
import type { Logger } from '../../core/log.ts';
import type { Passkey } from '../../core/passkey-store.ts';
import type { Offer } from './contract.ts';
import { challengeSeconds } from './flow-store.ts';

const encoded = z.base64url().min(1).max(8_192);
const nothing = z.unknown().transform(() => ({}));
const common = { id: encoded, rawId: encoded, type: z.literal('public-key'), clientExtensionResults: nothing };

/** What the browser says after a passkey was used. */
export const Assertion = z.object({
  ...common,
  response: z.object({ clientDataJSON: encoded, authenticatorData: encoded, signature: encoded }),
});

/** What the browser says after a passkey was made. */
export const Creation = z.object({
  ...common,
  response: z.object({
    clientDataJSON: encoded,
    attestationObject: encoded,
    transports: z.array(z.string().max(32)).max(8).default([]),
  }),
});

export type NewKey = Pick<Passkey, 'id' | 'publicKey' | 'counter' | 'transports'>;

/** WebAuthn as we use it: bound to our host, the person verified by the authenticator, no attestation. */
export interface Ceremony {
  /** False where browsers allow no passkeys at all: an address is no host name. */
  possible: boolean;
  offerGet(passkeys: readonly Passkey[]): Promise<Offer>;
  offerCreate(person: SlackPerson, passkeys: readonly Passkey[]): Promise<Offer>;
  /** The counter that came with it, or null when the answer proves nothing. */
  checkAssertion(
    answer: z.infer<typeof Assertion>,
    to: { challenge: string; passkey: Passkey },
  ): Promise<number | null>;
  checkCreation(answer: z.infer<typeof Creation>, to: { challenge: string }): Promise<NewKey | null>;
}

/** What every browser and every Node of ours can do. */
const algorithms = [COSEALG.EdDSA, COSEALG.ES256, COSEALG.RS256];

export function createCeremony(publicUrl: string, log: Logger): Ceremony {
  const rpID = new URL(publicUrl).hostname;
  const ours = { expectedOrigin: publicUrl, expectedRPID: rpID, requireUserVerification: true };
  const timeout = challengeSeconds * 1000;
  return {
    possible: isIP(rpID.replace(/^\[|\]$/g, '')) === 0,
    async offerGet(passkeys) {
      const allowCredentials = passkeys.map(({ id, transports }) => ({ id, transports }));
      const wish = { rpID, allowCredentials, userVerification: 'required' as const, timeout };
      return { kind: 'get', options: await generateAuthenticationOptions(wish) };
    },
    async offerCreate(person, passkeys) {
      const options = await generateRegistrationOptions({
        ...{ rpName: 'XEPA', rpID, timeout, attestationType: 'none', supportedAlgorithmIDs: algorithms },
        userName: `Slack user ${person.user} in ${person.team}`,
        userDisplayName: `XEPA approvals of Slack user ${person.user} in ${person.team}`,
        // Stable, so that an authenticator keeps one passkey per person, and tells nobody who that is.
        userID: new Uint8Array(createHash('sha256').update(personKey(person)).digest()),
        excludeCredentials: passkeys.map(({ id, transports }) => ({ id, transports })),
        authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
      });
      return { kind: 'create', options };
    },
    async checkAssertion(answer, { challenge, passkey }) {
      const { id, counter, transports } = passkey;
      const credential = {
        id,
        counter,
        transports,
        publicKey: new Uint8Array(Buffer.from(passkey.publicKey, 'base64url')),
      };
      const wish = { ...ours, response: answer, expectedChallenge: challenge, credential };
      const result = await quietly(() => verifyAuthenticationResponse(wish), log);
      return result?.verified ? result.authenticationInfo.newCounter : null;
    },
    async checkCreation(answer, { challenge }) {
      const wish = { ...ours, response: answer, expectedChallenge: challenge, supportedAlgorithmIDs: algorithms };
      const result = await quietly(() => verifyRegistrationResponse(wish), log);
      if (!result?.verified) return null;
      const { id, publicKey, counter, transports = [] } = result.registrationInfo.credential;
      return { id, publicKey: Buffer.from(publicKey).toString('base64url'), counter, transports };
    },
  };
}

/** The library throws at whatever is wrong with an answer; the person is told one sentence, the log has the reason. */
async function quietly<T>(verify: () => Promise<T>, log: Logger): Promise<T | null> {
  try {
    return await verify();
  } catch (err) {
    log.info({ err }, 'an answer of a passkey was refused');
    return null;
  }
}
