import { deviceLockCommand, deviceUnlockCommand } from './device-lock.ts';
import { deviceShowCommand } from './device-show.ts';
import { deviceTagCommand } from './device-tag.ts';
import { devicesCommand } from './devices.ts';
import { freezeCommand, thawCommand } from './freeze.ts';
import { isoAddCommand, isoRetireCommand } from './iso-change.ts';
import { isoListCommand, isoShowCommand } from './iso-look.ts';
import { isoVerifyCommand } from './iso-verify.ts';
import type { Command } from './spec.ts';

/** What operators keep beside the installs, in the order in which help shows it. */
export const shelfCommands: readonly Command[] = [
  devicesCommand,
  deviceShowCommand,
  deviceLockCommand,
  deviceUnlockCommand,
  deviceTagCommand,
  isoListCommand,
  isoShowCommand,
  isoAddCommand,
  isoVerifyCommand,
  isoRetireCommand,
  freezeCommand,
  thawCommand,
];
