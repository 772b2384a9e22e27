import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { systemClock } from '../../core/clock.ts';
import { parseKeyring } from '../../core/keyring.ts';
import { createPasskeyStore } from '../../core/passkey-store.ts';
import { createStepUpLinks } from '../../core/step-up-links.ts';
import { type BotWorld, startBotWorld } from '../support/bot-world.ts';
import { findButton, type SlackMessage, workspace } from '../support/local-slack.ts';

const { bob, team } = workspace;
const secret = 'a-secret-of-the-link-test-0123456789abcdef';
let world: BotWorld;

beforeAll(async () => {
  world = await startBotWorld('http', { XEPA_SECRET: secret });
});
afterAll(() => world.stop());

/** What only Bob sees, once its text holds these words. */
function whisper(words: string): Promise<SlackMessage> {
  return vi.waitFor(
    async () => {
      const found = (await world.slack.messages()).find((one) => one.ephemeral_to === bob && one.text.includes(words));
      if (!found) throw new Error(`nothing with "${words}" was whispered`);
      return found;
    },
    { timeout: 10_000, interval: 40 },
  );
}

test('/xepa link gives the person alone a link that enrols them, and nobody else', async () => {
  await world.slack.command(bob, 'link');
  const message = await whisper('No passkey is linked to you yet');
  const url = new URL(findButton(message, 'xepa.open-link')?.url ?? '');
  expect(url.origin + url.pathname + url.search).toBe('https://xepa.example.com/p');
  expect(message.text).not.toContain('https://');
  const others = (await world.slack.messages()).filter((one) => one.ts !== message.ts);
  expect(JSON.stringify(others)).not.toContain(url.hash.slice(1));
  const links = createStepUpLinks({ redis: world.redis, keyring: parseKeyring(secret), clock: systemClock });
  expect(await links.redeem(url.hash.slice(1))).toMatchObject({
    ok: true,
    claims: { purpose: 'link', team, slackUser: bob },
  });
});

test('it says when there is a passkey already', async () => {
  const key = { id: 'a', publicKey: 'pQECAyYg', counter: 0, transports: [], label: 'Laptop' };
  await createPasskeyStore(world.redis).add({ team, user: bob }, { ...key, createdAt: 1, lastUsedAt: null }, null);
  await world.slack.command(bob, 'link');
  await whisper('A passkey is linked to you');
});
