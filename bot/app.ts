import { App, type Receiver, type types, type webApi } from '@slack/bolt';
import { z } from 'zod';
import { runAction } from './actions/table.ts';
import { createAsker } from './asker.ts';
import type { boltLogger } from './bolt-logger.ts';
import { runCommand } from './commands/table.ts';
import type { BotDeps } from './deps.ts';
import { deviceOptions } from './device-options.ts';
import type { Handler } from './handle.ts';
import type { FormAnswer } from './modals/modal.ts';
import { fieldId } from './modals/modal.ts';
import { submitForm } from './modals/table.ts';
import { deviceMenuId } from './views/install-form.ts';

/** The parts of payloads that we use; everything else Slack sends is left unread. */
const Who = { user: z.object({ id: z.string() }), team: z.object({ id: z.string() }).nullish() };
const Click = z.object({
  ...Who,
  trigger_id: z.string().optional(),
  channel: z.object({ id: z.string() }).optional(),
  message: z.object({ thread_ts: z.string().optional() }).optional(),
  actions: z.tuple([z.object({ action_id: z.string(), value: z.string().default('') })]),
});
const Form = z.object({
  ...Who,
  view: z.object({
    callback_id: z.string(),
    private_metadata: z.string(),
    state: z.object({ values: z.record(z.string(), z.record(z.string(), z.unknown())) }),
  }),
});

/** Set by the receiver for each delivery. */
const Delivered = z.object({ deliveryId: z.string() });

interface AppParts {
  deps: BotDeps;
  handler: Handler;
  receiver: Receiver;
  token: string;
  clientOptions: webApi.WebClientOptions;
  logger: ReturnType<typeof boltLogger>;
}

/** Registers the one command, all buttons, forms and menus, and App Home. Nothing is started. */
export function buildApp({ deps, handler, receiver, token, clientOptions, logger }: AppParts): App {
  const app = new App({ receiver, token, clientOptions, logger, deferInitialization: true });
  listenForCommands(app, deps, handler);
  listenForClicks(app, deps, handler);
  listenForForms(app, deps, handler);
  app.event('app_home_opened', async ({ event }) => {
    if (event.tab === 'home') await deps.home.show(event.user);
  });
  app.error(async (err) => deps.log.error({ err }, 'a delivery from Slack was not handled'));
  return app;
}

function listenForCommands(app: App, deps: BotDeps, handler: Handler): void {
  app.command('/xepa', async ({ ack, command, context, respond }) => {
    const { user_id: user, team_id: team, channel_id: channel, trigger_id: trigger } = command;
    const asker = createAsker(deps, { user, team, channel, trigger }, respond);
    const { deliveryId } = Delivered.parse(context);
    const delivery = { ack: () => ack(), deliveryId, asker, what: command.text.split(' ', 1)[0] ?? '' };
    await handler.run(delivery, () => runCommand(deps, asker, command.text));
  });
}

function listenForClicks(app: App, deps: BotDeps, handler: Handler): void {
  app.action(/^xepa\./, async ({ ack, body, context, respond }) => {
    const click = Click.parse(body);
    const [{ action_id: actionId, value }] = click.actions;
    const team = click.team?.id ?? deps.rules.teamId;
    const place = { user: click.user.id, team, channel: click.channel?.id ?? '', trigger: click.trigger_id };
    const asker = createAsker(deps, { ...place, thread: click.message?.thread_ts }, click.channel ? respond : null);
    const { deliveryId } = Delivered.parse(context);
    await handler.run({ ack: () => ack(), deliveryId, asker, what: actionId }, () =>
      runAction(deps, asker, { actionId, value }),
    );
  });
}

function listenForForms(app: App, deps: BotDeps, handler: Handler): void {
  app.view(/^xepa\./, async ({ ack, body, context }) => {
    const { user, team, view } = Form.parse(body);
    const asker = createAsker(deps, { user: user.id, team: team?.id ?? deps.rules.teamId, channel: '' }, null);
    const { deliveryId } = Delivered.parse(context);
    const reply = (answer: FormAnswer) => ack(acknowledgement(answer));
    const sent = { callbackId: view.callback_id, metadata: view.private_metadata, values: view.state.values };
    await handler.answer({ reply, deliveryId, asker, what: view.callback_id }, () => submitForm(deps, asker, sent));
  });
  app.options(deviceMenuId, async ({ ack, options }) => {
    await ack({ options: await deviceOptions(deps, options.value) });
  });
}

function acknowledgement(answer: FormAnswer) {
  switch (answer.kind) {
    case 'close':
      return { response_action: 'clear' as const };
    case 'errors':
      return { response_action: 'errors' as const, errors: byBlock(answer.errors) };
    case 'show':
      return { response_action: 'update' as const, view: answer.view satisfies types.ModalView };
  }
}

function byBlock(errors: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(errors).map(([name, text]) => [fieldId(name), text]));
}
