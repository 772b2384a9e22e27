import type { InstallRecord } from '../../core/contracts/install.ts';
import { code, plain } from '../text.ts';
import { preformatted } from './logs.ts';
import { context, type Message, section } from './message.ts';
import type { Milestone } from './milestones.ts';
import { who } from './names.ts';

/** The rescue system waits for somebody who puts the install's key in. Said once for each entry into rescue. */
export function letInReplies(record: InstallRecord): Milestone[] {
  const { rescue } = record.facts;
  if (!rescue?.letIn) return [];
  return [{ key: `let-in-${rescue.letIn.entry}`, message: letInReply(record, rescue.letIn, rescue.publicKey) }];
}

type LetIn = NonNullable<NonNullable<InstallRecord['facts']['rescue']>['letIn']>;

function letInReply(record: InstallRecord, letIn: LetIn, publicKey: string): Message {
  const { host, user, hostKey, provider } = letIn;
  const device = plain(record.device.name);
  const text = `🔑 ${who(record.request.requestedBy)}, ${device} is in its rescue system, and XEPA cannot get in by itself. Please add a line there.`;
  const same = hostKey === null ? '' : ` Its host key must be ${code(hostKey)}: where another one is shown, stop.`;
  return {
    text,
    blocks: [
      section(text),
      section(`1. Log in to ${code(host)} with what ${plain(provider)} shows on its page of the server.${same}`),
      ...preformatted(`2. Become ${user}, and add this line to ~${user}/.ssh/authorized_keys`, publicKey.trim()).map(
        section,
      ),
      context(
        'XEPA goes on by itself as soon as the line is there. It is not secret, and goes with the rescue system. Without it the install ends in an hour, and is undone.',
      ),
    ],
  };
}
