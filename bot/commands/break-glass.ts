import type { InstallRecord } from '../../core/contracts/install.ts';
import { breakGlass, review } from '../approvals.ts';
import { badInput } from '../bad-input.ts';
import type { BotDeps } from '../deps.ts';
import { findInstall } from '../find-install.ts';
import { authorise, judgeFor, refuse } from '../judging.ts';
import { change, slackActor, stateText } from '../operations.ts';
import { breakTheGlass, reviewObstacle } from '../policy/break-glass.ts';
import { code } from '../text.ts';
import { sentence } from '../views/message.ts';
import { duration } from '../views/units.ts';
import { ballotOf } from '../voting.ts';
import type { Command } from './spec.ts';

/** An emergency: goes ahead without votes, after a window in which anybody may stop it; somebody else reviews it later. */
export const breakGlassCommand: Command = {
  spec: {
    verb: 'breakglass',
    aliases: ['break-glass'],
    action: 'break-glass',
    summary: 'In an emergency: lets an install go ahead without votes, after a short time in which it can be stopped.',
    target: { name: 'install|device', required: true },
    options: { reason: { value: '"TEXT"', about: 'why this cannot wait for votes', required: true } },
    examples: ['/xepa breakglass xe-7f3kq2 --reason "the primary is gone and the replica is failing"'],
  },
  async run(deps, asker, { target = '', options }) {
    const record = await findInstall(deps, target);
    const { reason = '' } = options;
    const { judgement } = await judgeFor(deps, asker, { action: 'break-glass', record, reason });
    const terms = judgement.kind === 'needs-approval' ? judgement.terms.breakGlass : null;
    if (!terms) throw badInput('There is nothing to break here: no rule of the policy allows it.');
    const emergency = breakTheGlass(terms, slackActor(asker), reason, deps.clock.now());
    const { changed, now } = await change(deps, record.id, (current) => breakGlass(current, emergency));
    if (!changed) throw badInput(`This install does not wait for votes. ${stateText(now)}`);
    await deps.installQueue.wake(now.id);
    const untold = await tellOf(deps, now, { channels: terms.notify, reason });
    const failed = untold.map((id) => ` Slack did not let me tell ${code(id)}: do it yourself.`).join('');
    await asker.tell(
      sentence(
        `🚨 Install ${code(now.id)} goes ahead in ${duration(terms.delayMs)} unless somebody denies or cancels it. Somebody else has to review it within ${duration(terms.reviewWithinMs)}.${failed}`,
      ),
    );
  },
};

/** Somebody else looks at an emergency afterwards, and says what they think of it. */
export const reviewCommand: Command = {
  spec: {
    verb: 'review',
    action: 'review',
    summary: 'Closes the review of an install that went ahead without votes.',
    target: { name: 'install', required: true },
    options: { note: { value: '"TEXT"', about: 'what you found', required: true } },
    examples: ['/xepa review xe-7f3kq2 --note "justified; the runbook is fixed"'],
  },
  async run(deps, asker, { target = '', options }) {
    const record = await findInstall(deps, target);
    const person = await authorise(deps, asker, { action: 'review', record });
    const glass = record.approval?.breakGlass;
    const { requester, humanOf } = ballotOf(record, deps.policy.current().policy);
    const obstacle = glass && reviewObstacle(glass, { person, requester, humanOf, teamId: deps.rules.teamId });
    if (obstacle) throw await refuse(deps, asker, { wish: { action: 'review', record }, reasons: [obstacle] });
    const { note = '' } = options;
    const { changed, now } = await change(deps, record.id, (current) =>
      review(current, slackActor(asker), deps.clock.now(), note),
    );
    if (!changed) throw badInput(`There is nothing to review. ${stateText(now)}`);
    await asker.tell(sentence(`The review of ${code(now.id)} is closed.`));
  },
};

/** The emergency is on already: of those who are to know of it, one that cannot be told keeps nobody else from it. */
async function tellOf(
  deps: Pick<BotDeps, 'sender' | 'log'>,
  { id, device }: InstallRecord,
  about: { channels: readonly string[]; reason: string },
): Promise<string[]> {
  const notice = emergencyNotice(id, device.name, about.reason);
  const told = about.channels.map(async (channel) => {
    try {
      await deps.sender.post({ channel }, notice);
      return [];
    } catch (err) {
      deps.log.error({ installId: id, channel, err: String(err) }, 'an emergency could not be told of');
      return [channel];
    }
  });
  return (await Promise.all(told)).flat();
}

function emergencyNotice(id: string, device: string, reason: string) {
  return sentence(
    `🚨 Somebody goes ahead without votes on ${code(device)} (install ${code(id)}): ${code(reason, 600)}. \`/xepa status ${id}\` shows it.`,
  );
}
