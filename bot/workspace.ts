import { createHeartbeats } from '../core/heartbeat.ts';
import { createPageAnswers } from '../core/page-answers.ts';
import { createPictureStore } from '../core/picture-store.ts';
import { assembleBot, type Connections, type Shared } from './assemble.ts';
import type { BotDeps } from './deps.ts';
import { showSeen } from './eyes.ts';
import { judgeBrowserDisc } from './judge-browser-disc.ts';
import { judgeDisc } from './judge-disc.ts';
import { judgePictures } from './judge-pictures.ts';
import { judgeProven } from './judge-proven.ts';
import type { Later } from './later.ts';
import { createMessageLock } from './message-lock.ts';
import { createParking, type Parking } from './parking.ts';
import { createPublisher } from './publisher.ts';
import type { SlackClients } from './slack-clients.ts';
import { letBegin } from './starting.ts';
import { createUpdateBudget } from './update-budget.ts';

/** One Slack workspace as the bot has it: what its people may use, and how its installs get into its channels. */
export interface Workspace {
  deps: BotDeps;
  parking: Parking;
  /**
   * Judges what was asked for outside of Slack (proven votes, another ISO or a picture at the console), lets begin what
   * has waited for its time, and makes its Slack show what the record says now. May be repeated.
   */
  follow(installId: string): Promise<void>;
  close(): void;
}

/** What all workspaces are built from. */
export interface WorkspaceParts extends Connections {
  shared: Shared;
  later: Later;
}

/** Builds a workspace around the clients of its token. Nothing is sent or asked yet. */
export function openWorkspace(parts: WorkspaceParts, slack: SlackClients): Workspace {
  const { shared, later, log } = parts;
  const { redis, clock } = shared;
  const { teamId } = slack;
  const deps = assembleBot(parts, shared, slack);
  const parking = createParking({ redis, clock, log, teamId, ask: () => slack.interactive.auth.test() });
  const { store, sent, sender } = deps;
  const publisher = createPublisher({
    ...{ store, sent, sender, parking, clock, log, later },
    lock: createMessageLock(redis),
    budget: createUpdateBudget({ redis, clock, teamId }),
    heartbeats: createHeartbeats({ redis, clock }),
  });
  const seen = { ...deps, parking, pictures: createPictureStore({ redis }), pageAnswers: createPageAnswers({ redis }) };
  return {
    deps,
    parking,
    async follow(installId) {
      deps.home.changed();
      try {
        // While Slack refuses the token nobody can be asked about: no vote counts, and nothing begins.
        if ((await parking.reason()) === null) {
          await judgeProven(deps, installId);
          await judgeDisc(deps, installId);
          await judgeBrowserDisc(deps, installId);
          await letBegin(deps, installId);
          await judgePictures(deps, installId);
        }
      } finally {
        // Whether anything can be judged or not, Slack shows what the record says.
        await publisher.publish(installId);
        await showSeen(seen, installId);
      }
    },
    close: () => deps.home.close(),
  };
}
