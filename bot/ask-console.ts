import { badInput } from './bad-input.ts';
import type { Asker, BotDeps } from './deps.ts';
import { type InstallWish, isNameOf, placeInstall, prepareInstall } from './install-request.ts';
import { code } from './text.ts';
import { reviewDigest, reviewForm } from './views/review-form.ts';

/** What can be said about a console before there is one. */
export type ConsoleWish = Omit<InstallWish, 'iso' | 'sha256' | 'purpose'>;

/**
 * Somebody wants the screen of a server on which nothing is being installed. It goes down for that: so they are shown
 * in a form what it means, unless they have typed the server's name once more.
 * @throws XepaError bad-input, not-allowed, device-busy
 */
export async function askForConsole(deps: BotDeps, asker: Asker, { confirm, ...rest }: ConsoleWish): Promise<void> {
  const wish = { ...rest, purpose: 'console' as const };
  const draft = await prepareInstall(deps, asker, wish);
  if (confirm !== undefined && !isNameOf(draft.device, confirm)) {
    throw badInput(
      `${code(confirm)} is not the name of the server. What runs on it goes down: type its name behind \`--confirm\`, or leave that away to be asked.`,
    );
  }
  if (!(await deps.canPost(asker.channel))) {
    throw badInput('XEPA is not in this channel, so it could not show the console here. Type `/invite @xepa` first.');
  }
  if (confirm !== undefined) return void (await placeInstall(deps, asker, draft));
  const { user, channel } = asker;
  const id = await deps.drafts.keep({ user, channel, rev: 1, wish, shown: reviewDigest(draft) });
  return asker.open(reviewForm(draft, { id, rev: 1 }));
}
