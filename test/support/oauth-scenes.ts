import { expect, vi } from 'vitest';
import { systemClock } from '../../core/clock.ts';
import { createGeneralTrail } from '../../core/general-trail.ts';
import type { StandIn } from '../fakes/two-workspaces.ts';
import type { OAuthWorld } from './oauth-world.ts';

const soon = { timeout: 10_000 };

/** What tests ask and do in a world of workspaces that install the app by themselves. */
export interface OAuthScenes {
  /** Ids of the installations that are kept. */
  kept(): Promise<string[]>;
  trail(): Promise<{ type: string; detail: unknown }[]>;
  /** Whatever stands in a channel of that workspace. */
  posts(where: StandIn): Promise<string>;
  /** The app is installed and in the channel. */
  installIn(where: StandIn): Promise<void>;
  /** The Slack user id of the bot with that token. */
  whoIs(token: string): Promise<string>;
  /** The id of the newest install of that device, once there is one. */
  idOf(device: string): Promise<string>;
  /** A command of theirs is taken, and never answered. @param later is done by when an answer would have come */
  nothingHappens(where: StandIn, later: () => Promise<unknown>): Promise<void>;
}

export function scenesOf(world: OAuthWorld): OAuthScenes {
  const scenes: OAuthScenes = {
    kept: () => world.redis.hkeys('xepa:slack:installations'),
    async trail() {
      const events = await createGeneralTrail({ redis: world.redis, clock: systemClock }).events();
      return events.map(({ type, detail }) => ({ type, detail }));
    },
    posts: async (where) =>
      JSON.stringify(await world.slack.ask(where, 'conversations.history', { channel: where.channel })),
    async installIn(where) {
      const { page } = await world.install(where);
      expect(page.status).toBe(200);
      const token = world.slack.calls.findLast((call) => call.method === 'auth.test')?.token ?? '';
      const users = await scenes.whoIs(token);
      await world.slack.ask(where, 'conversations.invite', { channel: where.channel, users });
    },
    async whoIs(token) {
      const headers = { authorization: `Bearer ${token}` };
      const answer = await fetch(`${world.slack.apiUrl}/auth.test`, { method: 'POST', headers });
      return String(((await answer.json()) as { user_id?: string }).user_id);
    },
    async idOf(device) {
      const found = await vi.waitFor(async () => {
        const record = (await world.store.listRecent(100)).find((each) => each.device.name === device);
        if (!record) throw new Error(`no install of ${device}`);
        return record;
      }, soon);
      return found.id;
    },
    async nothingHappens(where, later) {
      const name = await world.type(where, 'list');
      await later();
      expect(world.slack.answers(name)).toEqual([]);
    },
  };
  return scenes;
}
