import type { types, webApi } from '@slack/bolt';
import { XepaError } from '../core/errors.ts';
import type { OpenForm } from './modals/modal.ts';
import { isFormLeft, isTriggerOver, slackFailure } from './slack-errors.ts';
import { checkView } from './slack-sender.ts';

/** The way out for forms and App Home, beside the sender of messages: every view is checked before Slack sees it. */
export interface SlackViews {
  /** Shows a form to whoever's click this trigger is of, within three seconds. @throws XepaError slack-failed when they were over */
  open(trigger: string, view: types.ModalView): Promise<void>;
  /**
   * Shows another state of a form, if it is open and in that state still: who went on to its next page meanwhile stays there.
   * What was typed into fields that stay is kept by Slack.
   */
  update(form: Pick<OpenForm, 'viewId' | 'hash'>, view: types.ModalView): Promise<void>;
  /** Puts a person's App Home in place. */
  publish(user: string, view: types.HomeView): Promise<void>;
}

export function createSlackViews(client: webApi.WebClient): SlackViews {
  return {
    async open(trigger, view) {
      await client.views.open({ trigger_id: trigger, view: checkView(view) }).catch((err: unknown) => {
        throw isTriggerOver(slackFailure(err)) ? tooLate(err) : err;
      });
    },
    async update({ viewId, hash }, view) {
      const form = { view_id: viewId, ...(hash === undefined ? {} : { hash }) };
      await client.views.update({ ...form, view: checkView(view) }).catch((err: unknown) => {
        if (!isFormLeft(slackFailure(err))) throw err;
      });
    },
    publish: async (user, view) => void (await client.views.publish({ user_id: user, view: checkView(view) })),
  };
}

function tooLate(cause: unknown): XepaError {
  return new XepaError('slack-failed', {
    message: 'the trigger was over before the form was opened',
    userMessage:
      'Slack waits three seconds for a form, and this took longer, so nothing was opened or done. Try once more.',
    cause,
  });
}
