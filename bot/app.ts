import { App, type Receiver, type types, type webApi } from '@slack/bolt';
import { z } from 'zod';
import type { Logger } from '../core/log.ts';
import { runAction } from './actions/table.ts';
import { createAsker } from './asker.ts';
import { boltLogger } from './bolt-logger.ts';
import { runCommand } from './commands/table.ts';
import type { BotDeps } from './deps.ts';
import { deviceOptions } from './device-options.ts';
import type { Handler } from './handle.ts';
import { About, type FormAnswer, fieldId, fieldsOf, type OpenForm } from './modals/modal.ts';
import { submitForm } from './modals/table.ts';
import { reportUnhandled } from './unhandled.ts';
import { deviceMenuId } from './views/install-form.ts';
import type { Workspaces } from './workspaces.ts';

/** The parts of payloads that we use; everything else Slack sends is left unread. */
const Who = { user: z.object({ id: z.string() }) };
const Values = z.record(z.string(), z.record(z.string(), z.unknown()));
const Click = z.object({
  ...Who,
  trigger_id: z.string().optional(),
  channel: z.object({ id: z.string() }).optional(),
  message: z.object({ thread_ts: z.string().optional() }).optional(),
  view: z
    .object({
      ...{ id: z.string(), hash: z.string(), type: z.string() },
      ...{ private_metadata: z.string(), state: z.object({ values: Values }) },
    })
    .partial()
    .optional(),
  actions: z.tuple([z.object({ action_id: z.string(), value: z.string().default('') })]),
});
const Form = z.object({
  ...Who,
  view: z.object({
    callback_id: z.string(),
    private_metadata: z.string(),
    state: z.object({ values: Values }),
  }),
});

/** Set by the receiver for each delivery. */
const Delivered = z.object({ deliveryId: z.string() });
/** The workspace in which the app heard it: in a channel that several share, that may be another one than where it happened. */
const Heard = z.object({ context_team_id: z.string().nullish() });

interface AppParts {
  workspaces: Workspaces;
  handler: Handler;
  receiver: Receiver;
  /** Left out where the receiver finds the token of each delivery's workspace. */
  token: string | undefined;
  clientOptions: webApi.WebClientOptions;
  log: Logger;
}

/** Runs on what the delivery's workspace may use; not at all when the app is not installed there any more. */
type ForWorkspace = (teamId: string | undefined, work: (deps: BotDeps) => Promise<void>) => Promise<boolean>;

/** Registers the one command, all buttons, forms and menus, and App Home. Nothing is started. */
export function buildApp({ workspaces, handler, receiver, token, clientOptions, log }: AppParts): App {
  const common = {
    receiver,
    clientOptions,
    logger: boltLogger(log),
    deferInitialization: true,
    extendedErrorHandler: true,
  };
  const app = new App(token === undefined ? common : { ...common, token });
  const forWorkspace: ForWorkspace = async (teamId, work) => {
    const workspace = await workspaces.of(teamId ?? '');
    if (workspace) await work(workspace.deps);
    return workspace !== null;
  };
  listenForCommands(app, forWorkspace, handler);
  listenForClicks(app, forWorkspace, handler);
  listenForForms(app, forWorkspace, handler);
  app.event('app_home_opened', async ({ event, body, context }) => {
    if (event.tab !== 'home') return;
    const team = Heard.parse(body).context_team_id ?? context.teamId;
    await forWorkspace(team, (deps) => deps.home.show(event.user));
  });
  app.error(reportUnhandled(log));
  return app;
}

function listenForCommands(app: App, forWorkspace: ForWorkspace, handler: Handler): void {
  app.command('/xepa', async ({ ack, command, context, respond }) => {
    const { user_id: user, channel_id: channel, trigger_id: trigger } = command;
    const { deliveryId } = Delivered.parse(context);
    const served = await forWorkspace(context.teamId, async (deps) => {
      const asker = createAsker(deps, { user, team: deps.rules.teamId, channel, trigger }, respond);
      const delivery = { ack: () => ack(), deliveryId, asker, what: command.text.split(' ', 1)[0] ?? '' };
      await handler.run(delivery, () => runCommand(deps, asker, command.text));
    });
    if (!served) await ack();
  });
}

function listenForClicks(app: App, forWorkspace: ForWorkspace, handler: Handler): void {
  app.action(/^xepa\./, async ({ ack, body, context, respond }) => {
    const click = Click.parse(body);
    const [{ action_id: actionId, value }] = click.actions;
    const { deliveryId } = Delivered.parse(context);
    const served = await forWorkspace(context.teamId, async (deps) => {
      const { teamId: team } = deps.rules;
      const place = { user: click.user.id, team, channel: click.channel?.id ?? '', trigger: click.trigger_id };
      const asker = createAsker(deps, { ...place, thread: click.message?.thread_ts }, click.channel ? respond : null);
      await handler.run({ ack: () => ack(), deliveryId, asker, what: actionId }, () =>
        runAction(deps, asker, { actionId, value, form: openForm(click.view) }),
      );
    });
    if (!served) await ack();
  });
}

/** Only forms remember something; App Home is a view as well, and none. */
function openForm(view: z.infer<typeof Click>['view']): OpenForm | undefined {
  if (view?.type !== 'modal' || view.id === undefined) return undefined;
  const about = About.parse(JSON.parse(view.private_metadata ?? ''));
  return { viewId: view.id, hash: view.hash, about, fields: fieldsOf(view.state?.values ?? {}) };
}

function listenForForms(app: App, forWorkspace: ForWorkspace, handler: Handler): void {
  app.view(/^xepa\./, async ({ ack, body, context }) => {
    const { user, view } = Form.parse(body);
    const { deliveryId } = Delivered.parse(context);
    const reply = (answer: FormAnswer) => ack(acknowledgement(answer));
    const sent = { callbackId: view.callback_id, metadata: view.private_metadata, values: view.state.values };
    const served = await forWorkspace(context.teamId, async (deps) => {
      const asker = createAsker(deps, { user: user.id, team: deps.rules.teamId, channel: '' }, null);
      await handler.answer({ reply, deliveryId, asker, what: view.callback_id }, () => submitForm(deps, asker, sent));
    });
    if (!served) await reply({ kind: 'close' });
  });
  app.options(deviceMenuId, async ({ ack, body, options, context }) => {
    const served = await forWorkspace(context.teamId, async (deps) => {
      await ack({ options: await deviceOptions(deps, { typed: options.value, user: body.user.id }) });
    });
    if (!served) await ack({ options: [] });
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
