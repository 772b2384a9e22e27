import type { types, webApi } from '@slack/bolt';
import { checkView } from './slack-sender.ts';

/** The way out for forms and App Home, beside the sender of messages: every view is checked before Slack sees it. */
export interface SlackViews {
  /** Shows a form to whoever's click this trigger is of, within three seconds. */
  open(trigger: string, view: types.ModalView): Promise<void>;
  /** Shows another state of a form that is open; what was typed into fields that stay is kept by Slack. */
  update(viewId: string, view: types.ModalView): Promise<void>;
  /** Puts a person's App Home in place. */
  publish(user: string, view: types.HomeView): Promise<void>;
}

export function createSlackViews(client: webApi.WebClient): SlackViews {
  return {
    open: async (trigger, view) => void (await client.views.open({ trigger_id: trigger, view: checkView(view) })),
    update: async (viewId, view) => void (await client.views.update({ view_id: viewId, view: checkView(view) })),
    publish: async (user, view) => void (await client.views.publish({ user_id: user, view: checkView(view) })),
  };
}
