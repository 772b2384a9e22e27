import { createHmac } from 'node:crypto';
import type { BotWorld } from './bot-world.ts';
import { slackTokens, workspace } from './local-slack.ts';

/** What Slack sends over HTTP when Alice does something, where the look-alike has no button for it. */
export async function sendSigned(world: Pick<BotWorld, 'eventsUrl'>, payload: object): Promise<Response> {
  const whole = { user: { id: workspace.alice }, team: { id: workspace.team }, api_app_id: 'A01XEPA', ...payload };
  const body = new URLSearchParams({ payload: JSON.stringify(whole) }).toString();
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', slackTokens.signingSecret).update(`v0:${timestamp}:${body}`).digest('hex');
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': `v0=${signature}`,
  };
  return fetch(world.eventsUrl, { method: 'POST', headers, body });
}
