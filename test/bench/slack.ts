/**
 * How well the bot keeps its promises to people in Slack: a table, and exit code 1 when a target is missed.
 * Everything runs on this machine, over real HTTP and a real Redis; only the ten minutes are simulated.
 */

import { report } from './figures.ts';
import { measureAcks } from './slack/ack.ts';
import { measureApprovals } from './slack/approval.ts';
import { measureManyInstalls } from './slack/many-installs.ts';

const figures = [
  ...(await measureAcks()),
  ...(await measureManyInstalls(500)),
  ...(await measureManyInstalls(20)),
  ...(await measureApprovals()),
];
process.exitCode = report(figures, console.log);
