import type { types } from '@slack/bolt';
import type { Redis } from 'ioredis';
import type { Clock } from '../core/clock.ts';
import type { DeviceLeases } from '../core/device-lease.ts';
import type { DeviceProfileStore } from '../core/device-profile-store.ts';
import type { Line } from '../core/doctor/check.ts';
import type { GeneralTrail } from '../core/general-trail.ts';
import type { InstallStore } from '../core/install-store.ts';
import type { InventoryStore } from '../core/inventory-store.ts';
import type { Logger } from '../core/log.ts';
import type { PasskeyStore } from '../core/passkey-store.ts';
import type { InstallQueue, NoticeQueue } from '../core/queues.ts';
import type { RecordingIndex } from '../core/recording-index.ts';
import type { RecordingLinks } from '../core/recording-links.ts';
import type { Sealer } from '../core/sealing.ts';
import type { StepUpLinks } from '../core/step-up-links.ts';
import type { Tickets } from '../core/tickets.ts';
import type { Wishes } from '../core/wishes.ts';
import type { AnswerLibrary } from './answer-library.ts';
import type { IsoCatalogue } from './catalogue.ts';
import type { DeviceClaims } from './device-claims.ts';
import type { Drafts } from './drafts.ts';
import type { FileSender } from './file-sender.ts';
import type { Home } from './home.ts';
import type { People } from './people.ts';
import type { PolicySource } from './policy-file.ts';
import type { SentMessages } from './sent-messages.ts';
import type { Shelf } from './shelf.ts';
import type { SlackFiles } from './slack-files.ts';
import type { SlackSender } from './slack-sender.ts';
import type { SlackViews } from './slack-views.ts';
import type { Message } from './views/message.ts';

/** The settings that commands and buttons depend on. */
export interface BotRules {
  /** The workspace that this bot serves. */
  teamId: string;
  isos: IsoCatalogue;
  isoAllow: readonly string[];
  ticketSeconds: number;
  publicUrl: string;
}

/** What every command and button may use. None of it reaches a device. */
export interface BotDeps {
  store: InstallStore;
  inventory: Pick<InventoryStore, 'read'>;
  installQueue: Pick<InstallQueue, 'wake'>;
  notices: Pick<NoticeQueue, 'send' | 'sendLater'>;
  wishes: Wishes;
  uploads: SlackFiles;
  tickets: Pick<Tickets, 'issue' | 'epoch' | 'revokeAll'>;
  recordings: Pick<RecordingIndex, 'list'>;
  recordingLinks: Pick<RecordingLinks, 'issue'>;
  stepUpLinks: Pick<StepUpLinks, 'issueLink' | 'issueVote'>;
  passkeys: Pick<PasskeyStore, 'list'>;
  leases: Pick<DeviceLeases, 'holder'>;
  claims: DeviceClaims;
  trail: GeneralTrail;
  /** The same to be read in Slack; null where it is of several workspaces, and says what people of others did. */
  readableTrail: Pick<GeneralTrail, 'head' | 'texts'> | null;
  shelf: Shelf;
  sent: SentMessages;
  sender: SlackSender;
  slackViews: SlackViews;
  home: Home;
  files: FileSender;
  /** Looks at everything that the bot can see from where it runs. */
  examine(): Promise<Line[]>;
  people: People;
  policy: Pick<PolicySource, 'current'>;
  profiles: Pick<DeviceProfileStore, 'find'>;
  drafts: Drafts;
  answers: AnswerLibrary;
  sealer: Sealer;
  /** False when the bot is not in that channel, so that nothing could be shown there. */
  canPost(channel: string): Promise<boolean>;
  redis: Redis;
  rules: BotRules;
  clock: Clock;
  log: Logger;
  /** A message that Slack would refuse is an error (tests) or goes out as plain text (production). */
  strict: boolean;
}

/** Who typed or clicked, and a way to answer that nobody else sees. */
export interface Asker {
  user: string;
  team: string;
  channel: string;
  tell(message: Message): Promise<void>;
  /** Shows a form. Only right after a command or a click. @throws XepaError bad-input where that is not possible */
  open(view: types.ModalView): Promise<void>;
}
