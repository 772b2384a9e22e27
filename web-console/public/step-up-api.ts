import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/browser';
import type { Offer, StepUpView } from '../step-up/contract.ts';
import type { Answer } from './answer.ts';
import { ask } from './api.ts';

/** Redeems the link, or goes on with what this browser has begun; the cookie comes with the answer. */
export function beginStepUp(ticket: string | null): Promise<Answer<StepUpView>> {
  return ask('/api/step-up/begin', { ticket });
}

export function askOffer(): Promise<Answer<Offer>> {
  return ask('/api/step-up/offer', {});
}

/** @param label names a new passkey */
export function giveAnswer(
  answer: AuthenticationResponseJSON | RegistrationResponseJSON,
  label: string,
): Promise<Answer<StepUpView>> {
  return ask('/api/step-up/answer', { answer, label });
}

export function removePasskey(id: string): Promise<Answer<StepUpView>> {
  return ask('/api/step-up/remove', { id });
}
