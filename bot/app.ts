import { App, type Receiver, type webApi } from '@slack/bolt';
import { z } from 'zod';
import { runAction } from './actions/table.ts';
import { createAsker } from './asker.ts';
import type { boltLogger } from './bolt-logger.ts';
import { runCommand } from './commands/table.ts';
import type { BotDeps } from './deps.ts';
import type { Handler } from './handle.ts';

/** The part of a click's payload that we use; everything else Slack sends is left unread. */
const Click = z.object({
  user: z.object({ id: z.string() }),
  team: z.object({ id: z.string() }).nullish(),
  channel: z.object({ id: z.string() }).optional(),
  message: z.object({ thread_ts: z.string().optional() }).optional(),
  actions: z.tuple([z.object({ action_id: z.string(), value: z.string().default('') })]),
});

/** Set by the receiver for each delivery. */
const Delivered = z.object({ deliveryId: z.string() });

/** Registers the one command and all buttons. Nothing is started. */
export function buildApp(options: {
  deps: BotDeps;
  handler: Handler;
  receiver: Receiver;
  token: string;
  clientOptions: webApi.WebClientOptions;
  logger: ReturnType<typeof boltLogger>;
}): App {
  const { deps, handler, receiver, token, clientOptions, logger } = options;
  const app = new App({ receiver, token, clientOptions, logger, deferInitialization: true });
  app.command('/xepa', async ({ ack, command, context, respond }) => {
    const place = { user: command.user_id, team: command.team_id, channel: command.channel_id };
    const asker = createAsker(deps, place, respond);
    const { deliveryId } = Delivered.parse(context);
    const delivery = { ack: () => ack(), deliveryId, asker, what: command.text.split(' ', 1)[0] ?? '' };
    await handler.run(delivery, () => runCommand(deps, asker, command.text));
  });
  app.action(/^xepa\./, async ({ ack, body, context, respond }) => {
    const click = Click.parse(body);
    const [{ action_id: actionId, value: installId }] = click.actions;
    const team = click.team?.id ?? deps.rules.teamId;
    const place = { user: click.user.id, team, channel: click.channel?.id ?? '', thread: click.message?.thread_ts };
    const asker = createAsker(deps, place, respond);
    const { deliveryId } = Delivered.parse(context);
    await handler.run({ ack: () => ack(), deliveryId, asker, what: actionId }, () =>
      runAction(deps, asker, { actionId, installId }),
    );
  });
  app.error(async (err) => deps.log.error({ err }, 'a delivery from Slack was not handled'));
  return app;
}
