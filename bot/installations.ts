import type { Installation, InstallationStore } from '@slack/bolt';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Clock } from '../core/clock.ts';
import type { Keyring } from '../core/keyring.ts';
import { createSealer, type Sealer } from '../core/sealing.ts';

/**
 * What is kept of what Slack gave when somebody installed the app. An organisation's install has no team, and serves all
 * of its workspaces.
 */
const Place = z.object({ id: z.string(), name: z.string().exactOptional() });
const Installed = z.object({
  team: Place.optional(),
  enterprise: Place.optional(),
  isEnterpriseInstall: z.boolean().exactOptional(),
  /** Who installed it. */
  user: z.object({ id: z.string() }),
  bot: z.object({ token: z.string(), userId: z.string(), id: z.string(), scopes: z.array(z.string()) }),
});
const Kept = z.object({ storedAt: z.number(), installation: Installed });
type Installed = z.infer<typeof Installed>;

/** An installation as it is kept. */
export interface KeptInstallation {
  /** Of the workspace (T…), or of the organisation (E…) whose workspaces it serves. */
  id: string;
  /** Milliseconds since 1970. */
  storedAt: number;
  installation: Installed;
  /** Another text with each write. */
  version: string;
}

/** The workspace that a delivery is from, as Slack names it. */
export interface Whence {
  teamId?: string | undefined;
  enterpriseId?: string | undefined;
  isEnterpriseInstall?: boolean | undefined;
}

/** Which workspaces have installed the app, and their tokens, sealed. Bolt's own interface is a part of it. */
export interface Installations extends InstallationStore {
  /** The installation that serves this workspace; null when there is none, or it may not be used. */
  ofTeam(teamId: string): Promise<KeptInstallation | null>;
  find(id: string): Promise<KeptInstallation | null>;
  /** Ids of all that are kept, those included that may not be used. */
  ids(): Promise<string[]>;
  /** Workspaces that an installation serves: itself, or those of the organisation that the bot has heard of. */
  teamsOf(id: string): Promise<string[]>;
  /** Forgets it, unless it was stored after that time. @returns whether it was there */
  remove(id: string, asOf: number): Promise<boolean>;
  /** The organisation's install does not serve this workspace any more. @returns whether it did */
  leave(teamId: string, org: string): Promise<boolean>;
  /** Seals again, under the current secret, what was sealed under the one before. @returns how many */
  reseal(): Promise<number>;
}

/** No token for a delivery: nothing of ours may run for it. */
export class UnknownWorkspace extends Error {
  readonly id: string;
  constructor(id: string) {
    super(`the app is not installed in ${id}, or may not be used there`);
    this.id = id;
  }
}

const tokensKey = 'xepa:slack:installations';
/** A field per workspace of an organisation: its id, and the organisation's. */
const orgsKey = 'xepa:slack:orgs';

/** KEYS: hash. ARGV: field, text that must stand there, text to put in its place, or '' to take it away. */
const swapScript = `
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
if ARGV[3] == '' then redis.call('HDEL', KEYS[1], ARGV[1]) else redis.call('HSET', KEYS[1], ARGV[1], ARGV[3]) end
return 1`;

/** @param deps `mayUse`: the list of those who may install; asked at each use, so that a shorter list counts at once */
export function createInstallations(deps: {
  redis: Redis;
  sealer: Sealer;
  clock: Clock;
  mayUse(installation: Installed): boolean;
}): Installations {
  const { redis, sealer, clock, mayUse } = deps;
  const swapIn = async (key: string, id: string, from: string, to: string) =>
    (await redis.eval(swapScript, 1, key, id, from, to)) === 1;
  const swap = (id: string, from: string, to: string) => swapIn(tokensKey, id, from, to);
  const opened = (id: string, version: string): KeptInstallation => ({
    ...{ id, version },
    ...Kept.parse(JSON.parse(sealer.open(version, contextOf(id)))),
  });
  // One that the current secrets do not open is worth nothing, but must not be in the way.
  const readable = (id: string, version: string) => {
    try {
      return opened(id, version);
    } catch {
      return null;
    }
  };
  const sealed = (id: string, { storedAt, installation }: z.infer<typeof Kept>) =>
    sealer.seal(JSON.stringify({ storedAt, installation }), contextOf(id));
  const find = async (id: string) => {
    const version = await redis.hget(tokensKey, id);
    const kept = version === null ? null : opened(id, version);
    return kept && mayUse(kept.installation) ? kept : null;
  };
  const ids = async () => (await redis.hkeys(tokensKey)).sort();
  return {
    find,
    ids,
    async ofTeam(teamId) {
      const own = await find(teamId);
      if (own) return own;
      const org = await redis.hget(orgsKey, teamId);
      return org === null ? null : find(org);
    },
    async teamsOf(id) {
      if (!id.startsWith('E')) return [id];
      return Object.entries(await redis.hgetall(orgsKey)).flatMap(([team, org]) => (org === id ? [team] : []));
    },
    async storeInstallation(installation) {
      const parts = Installed.parse(installation);
      const id = idOf(parts);
      await redis.hset(tokensKey, id, sealed(id, { storedAt: clock.now(), installation: parts }));
    },
    async fetchInstallation(query) {
      const id = keyOf(query);
      const kept = await find(id);
      if (!kept) throw new UnknownWorkspace(id);
      const { teamId } = query;
      // What is posted to this workspace later must find the way to the organisation's token.
      // News of the organisation itself come from none of its workspaces: Slack names null.
      if (teamId && teamId !== id) await redis.hset(orgsKey, teamId, id);
      return forBolt(kept.installation);
    },
    async remove(id, asOf) {
      const version = await redis.hget(tokensKey, id);
      if (version === null || (readable(id, version)?.storedAt ?? 0) > asOf) return false;
      return swap(id, version, '');
    },
    leave: (teamId, org) => swapIn(orgsKey, teamId, org, ''),
    async reseal() {
      let count = 0;
      for (const [id, version] of Object.entries(await redis.hgetall(tokensKey))) {
        const kept = sealer.isNewest(version) ? null : readable(id, version);
        if (kept && (await swap(id, version, sealed(id, kept)))) count += 1;
      }
      return count;
    },
  };
}

/** @param teams ids of the workspaces and organisations that may have the app */
export function openInstallations(
  state: { redis: Redis; clock: Clock; keyring: Keyring },
  teams: readonly string[],
): Installations {
  const sealer = createSealer(state.keyring);
  return createInstallations({ ...state, sealer, mayUse: (installation) => isListed(installation, teams) });
}

/** The key of whoever a delivery is from. */
export function keyOf({ teamId, enterpriseId, isEnterpriseInstall }: Whence): string {
  return (isEnterpriseInstall ? enterpriseId : teamId) ?? '';
}

/** Of the organisation where it was installed for all of it, else of the workspace. */
export function idOf({
  team,
  enterprise,
  isEnterpriseInstall,
}: Pick<Installed, 'team' | 'enterprise' | 'isEnterpriseInstall'>): string {
  return (isEnterpriseInstall === true ? enterprise?.id : team?.id) ?? '';
}

/** Named in the list: itself, or the organisation that it belongs to. */
export function isListed(installation: Pick<Installed, 'team' | 'enterprise'>, list: readonly string[]): boolean {
  return [installation.team?.id, installation.enterprise?.id].some((id) => id !== undefined && list.includes(id));
}

/** There is a token of the bot and none of a person. */
function forBolt({ team, enterprise, user, ...rest }: Installed): Installation<'v2', boolean> {
  return { ...rest, team, enterprise, user: { ...user, token: undefined, scopes: undefined } };
}

function contextOf(id: string): string {
  return `${id}/slackInstallation`;
}
