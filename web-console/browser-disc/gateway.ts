import type { WebSocket } from 'ws';
import { toXepaError } from '../../core/errors.ts';
import { type Entry, mustControl } from '../access.ts';
import { type Admitted, createEntrance, type EntranceDeps, type UpgradeHandler } from '../entrance.ts';
import { isRefusal, type Refusal, refuse } from '../refusals.ts';
import { ANSWER_HEAD, CHUNK_BYTES } from './disc-contract.ts';
import type { DiscServers } from './disc-servers.ts';
import type { ServedDisc } from './served-disc.ts';

export type DiscGatewayDeps = EntranceDeps & { servers: DiscServers };

const discPath = /^\/console\/([\w-]{1,64})\/browser-disc$/;

export function isBrowserDiscPath(url: string | undefined): boolean {
  return discPath.test(url ?? '');
}

interface DiscEnd {
  served: ServedDisc;
  release(): void;
}

/** The way in for the bytes of a file that a page serves: the checks of the screen, for who has the word of the bot. */
export function createDiscGateway(deps: DiscGatewayDeps): UpgradeHandler {
  return createEntrance<DiscEnd>(deps, {
    path: discPath,
    what: 'a disc of a browser',
    maxFrame: ANSWER_HEAD + CHUNK_BYTES,
    open: (entry) => open(deps, entry),
    join: (socket, admitted) => join(deps, socket, admitted),
  });
}

async function open(deps: DiscGatewayDeps, entry: Entry): Promise<DiscEnd | Refusal> {
  const { record, session } = entry;
  const { browserDisc: disc } = record;
  const watching = mustControl(entry);
  if (watching) return watching;
  const theirs = disc?.verdict === 'accepted' && disc.over !== true && disc.by.id === session.slackUser;
  if (!disc || !theirs) return refuse('machine-refuses', notAccepted);
  try {
    const served = await deps.servers.serve(record, disc);
    // It outlives this page for a while, so there is nothing to give back.
    return isRefusal(served) ? served : { served, release: () => undefined };
  } catch (thrown) {
    const err = toXepaError(thrown);
    deps.log.warn({ installId: record.id, err }, 'a disc of a browser is not served');
    return refuse('screen-silent', err.userMessage);
  }
}

function join(deps: DiscGatewayDeps, socket: WebSocket, admitted: Admitted<DiscEnd>): void {
  const { seat, target, place, entry } = admitted;
  const { installId, slackUser } = entry.session;
  const who = { installId, slackUser, disc: target.served.disc.name };
  deps.log.info(who, 'a browser serves a disc');
  const link = target.served.attach(socket, (reason) => {
    seat.leave();
    place.leave();
    deps.log.info({ ...who, reason }, 'a browser serves a disc no longer');
  });
  if (!seat.sit(link)) link.close('ended');
}

const notAccepted = 'This file may not be served. Choose it again.';
