import { createGeneralTrail } from '../../core/general-trail.ts';
import type { Logger } from '../../core/log.ts';
import { createPasskeyStore } from '../../core/passkey-store.ts';
import type { State } from '../../core/state.ts';
import { createStepUpLinks } from '../../core/step-up-links.ts';
import type { Remark } from '../bounded-log.ts';
import { flowCookie } from '../cookie.ts';
import { createRateLimit } from '../rate-limit.ts';
import { createCeremony } from './ceremony.ts';
import { createFlowStore } from './flow-store.ts';
import type { StepUpRoutes } from './routes.ts';

const LINKS_PER_MINUTE = 10;
const ACTIONS_PER_MINUTE = 30;

/** Wires the passkey page together; opens and starts nothing. */
export function assembleStepUp(
  state: State,
  publicUrl: string,
  { log, remark }: { log: Logger; remark: Remark },
): StepUpRoutes {
  const { redis, keyring, clock, store } = state;
  return {
    flow: {
      links: createStepUpLinks({ redis, keyring, clock }),
      flows: createFlowStore(redis),
      passkeys: createPasskeyStore(redis),
      ceremony: createCeremony(publicUrl, log),
      ...{ store, clock },
      note: createGeneralTrail({ redis, clock }).note,
    },
    cookie: flowCookie(publicUrl),
    linkLimit: createRateLimit(redis, { name: 'step-up-link', perMinute: LINKS_PER_MINUTE }),
    actionLimit: createRateLimit(redis, { name: 'step-up-action', perMinute: ACTIONS_PER_MINUTE }),
    remark,
  };
}
