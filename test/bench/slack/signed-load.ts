import { setTimeout as pause } from 'node:timers/promises';
import { signatureOf } from '../../fakes/slack-proxy/rewrite.ts';
import { slackTokens, workspace } from '../../support/local-slack.ts';

const GAP_MS = 10;
let count = 0;

/**
 * Types a hundred commands a second, each signed as Slack signs it, for that many seconds.
 * @returns milliseconds until each was acknowledged
 * @throws when one is not acknowledged with 200
 */
export async function typeCommands(
  eventsUrl: string,
  options: { text: string; seconds: number; responseUrl: string },
): Promise<number[]> {
  const begin = performance.now();
  const answers: Promise<number>[] = [];
  for (let index = 0; index < (options.seconds * 1_000) / GAP_MS; index += 1) {
    await pause(Math.max(0, begin + index * GAP_MS - performance.now()));
    answers.push(typeOne(eventsUrl, options));
  }
  return Promise.all(answers);
}

async function typeOne(eventsUrl: string, command: { text: string; responseUrl: string }): Promise<number> {
  count += 1;
  const body = new URLSearchParams({
    command: '/xepa',
    text: command.text,
    user_id: workspace.alice,
    team_id: workspace.team,
    channel_id: workspace.channel,
    response_url: command.responseUrl,
    trigger_id: `${count}.bench`,
  }).toString();
  const timestamp = String(Math.floor(Date.now() / 1000));
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': signatureOf(slackTokens.signingSecret, timestamp, body),
  };
  const sent = performance.now();
  const answer = await fetch(eventsUrl, { method: 'POST', headers, body });
  const took = performance.now() - sent;
  await answer.arrayBuffer();
  if (answer.status !== 200) throw new Error(`a command was answered with ${answer.status}`);
  return took;
}
