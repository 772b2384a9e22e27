/**
 * The least that a bot can do: a Bolt listener that acknowledges, in a process of its own. The yardstick for ours.
 * Settings: PORT, SLACK_BOT_TOKEN, SLACK_SIGNING_SECRET.
 */
import { App, HTTPReceiver } from '@slack/bolt';

const { PORT, SLACK_BOT_TOKEN = '', SLACK_SIGNING_SECRET = '' } = process.env;
const receiver = new HTTPReceiver({ signingSecret: SLACK_SIGNING_SECRET, endpoints: '/slack/events' });
const authorize = async () => ({ botToken: SLACK_BOT_TOKEN, botId: 'B01', botUserId: 'U0XEPA' });
const app = new App({ receiver, authorize });
app.command('/xepa', ({ ack }) => ack());
await app.start({ port: Number(PORT), host: '127.0.0.1' });
