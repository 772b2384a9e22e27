import type { Redis } from 'ioredis';
import type { Clock } from '../core/clock.ts';
import type { DeviceLeases } from '../core/device-lease.ts';
import type { InstallStore } from '../core/install-store.ts';
import type { InventoryStore } from '../core/inventory-store.ts';
import type { Logger } from '../core/log.ts';
import type { InstallQueue, NoticeQueue } from '../core/queues.ts';
import type { Tickets } from '../core/tickets.ts';
import type { IsoCatalogue } from './catalogue.ts';
import type { DeviceClaims } from './device-claims.ts';
import type { People } from './people.ts';
import type { Rules } from './policy.ts';
import type { SentMessages } from './sent-messages.ts';
import type { SlackSender } from './slack-sender.ts';
import type { Message } from './views/message.ts';

/** The settings that commands and buttons depend on. */
export interface BotRules extends Rules {
  isos: IsoCatalogue;
  isoAllow: readonly string[];
  approvalMinutes: number;
  ticketSeconds: number;
  publicUrl: string;
}

/** What every command and button may use. None of it reaches a device. */
export interface BotDeps {
  store: InstallStore;
  inventory: Pick<InventoryStore, 'read'>;
  installQueue: Pick<InstallQueue, 'wake'>;
  notices: Pick<NoticeQueue, 'send'>;
  tickets: Pick<Tickets, 'issue' | 'revokeAll'>;
  leases: Pick<DeviceLeases, 'holder'>;
  claims: DeviceClaims;
  sent: SentMessages;
  sender: SlackSender;
  people: People;
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
}
