import type { Device } from '../core/contracts/device.ts';
import type { DeviceProfile } from '../core/contracts/device-profile.ts';
import type { InstallRecord, InstallRequest } from '../core/contracts/install.ts';
import { XepaError } from '../core/errors.ts';
import { whomToTell } from './approval-copies.ts';
import { badInput } from './bad-input.ts';
import { resolveIso } from './catalogue.ts';
import { parseMoment } from './commands/moment.ts';
import type { Asker, BotDeps } from './deps.ts';
import { findDevice } from './find-device.ts';
import { fixesWished } from './fix-wish.ts';
import { newInstallId } from './install-id.ts';
import type { LibraryIsos } from './iso-library.ts';
import { judgeFor } from './judging.ts';
import { bindingOf, newApproval } from './new-approval.ts';
import { slackActor, stateText } from './operations.ts';
import { elsewhere } from './other-workspaces.ts';
import type { Judgement } from './policy/types.ts';
import { recordRefusal } from './refusals.ts';
import { rungsWished } from './rung-wish.ts';
import { code, cut } from './text.ts';
import { who } from './views/names.ts';

const REASON_MAX = 2_000;

/** What somebody wants, in the words they typed or picked. */
export interface InstallWish {
  device: string;
  iso: string;
  sha256?: string | undefined;
  /** Serial of the disk. */
  disk?: string | undefined;
  /** How the disk is to get into the VM. */
  rung?: string | undefined;
  /** How the network port is. */
  nic?: string | undefined;
  /** What may be changed on the installed system, between commas. */
  fix?: string | undefined;
  reason?: string | undefined;
  /** When it is to begin: "22:00", "2h", a date. */
  at?: string | undefined;
  /** The device's name, typed once more. */
  confirm?: string | undefined;
}

/** All that is known before an install is asked for; nothing has been changed. */
export interface InstallDraft {
  device: Device;
  request: InstallRequest;
  /** The hardware as an earlier install saw it. */
  profile: DeviceProfile | null;
  judgement: Exclude<Judgement, { kind: 'refused' }>;
  /** SHA-256 of the policy that judged. */
  policy: string;
}

/**
 * Finds the device and the ISO, and asks the policy. Changes nothing.
 * @throws XepaError bad-input, not-allowed
 */
export async function prepareInstall(deps: BotDeps, asker: Asker, wish: InstallWish): Promise<InstallDraft> {
  const now = deps.clock.now();
  const device = findDevice(wish.device, await deps.inventory.read(), now);
  const library = await deps.shelf.isos.all();
  const request = await recordRefusal(deps, asker, { what: 'install' }, () =>
    requestOf(deps, asker, { wish, library }),
  );
  const { judgement, policy } = await judgeFor(deps, asker, {
    action: 'install',
    device,
    reason: request.reason ?? null,
  });
  return { device, request, profile: await deps.profiles.find(device), judgement, policy };
}

/**
 * Claims the device and writes the record; neither stays without the other.
 * @throws XepaError device-busy
 */
export async function placeInstall(deps: BotDeps, asker: Asker, draft: InstallDraft): Promise<InstallRecord> {
  const notify = await toldOf(deps, draft);
  const record = newRecord(deps, asker, { draft, notify });
  const holder = (await deps.leases.holder(record.device)) ?? (await deps.claims.take(record.device, record.id));
  if (holder !== null) throw await deviceBusy(deps, record.device, holder);
  const { device, request } = record;
  const detail = { device: `${device.provider}/${device.id}`, iso: request.iso.url, reason: request.reason ?? null };
  try {
    await deps.store.create(record, { type: 'requested', actor: request.requestedBy, detail });
  } catch (err) {
    await deps.claims.drop(device, record.id);
    throw err;
  }
  await deps.claims.keep(device, record.id);
  if (record.phase === 'forward') await deps.installQueue.wake(record.id);
  return record;
}

/** False where the policy wants the device's name typed once more, and it was not. */
export function isNamed(draft: Pick<InstallDraft, 'judgement' | 'device'>, typed: string | undefined): boolean {
  const { judgement, device } = draft;
  if (judgement.kind !== 'needs-approval' || !judgement.terms.typedHostname) return true;
  // Case counts, and so does every letter: this is the moment in which somebody looks twice.
  return typed?.normalize('NFC') === device.name.normalize('NFC');
}

function requestOf(deps: BotDeps, asker: Asker, about: { wish: InstallWish; library: LibraryIsos }): InstallRequest {
  const { iso, sha256, disk, reason, at } = about.wish;
  if (disk !== undefined && !/^[\w.:+ -]{1,64}$/.test(disk)) {
    throw badInput(`${code(disk)} is no disk serial: at most 64 letters, digits, spaces and \`. : + - _\`.`);
  }
  return {
    iso: resolveIso(
      { iso, sha256 },
      { catalogue: deps.rules.isos, library: about.library, allow: deps.rules.isoAllow },
    ),
    requestedBy: slackActor(asker),
    ...(disk === undefined ? {} : { disk }),
    ...rungsWished(about.wish),
    ...fixesWished(about.wish.fix),
    ...(reason === undefined ? {} : { reason: cut(reason, REASON_MAX) }),
    ...(at === undefined ? {} : { startAt: parseMoment(at, deps.clock.now()) }),
  };
}

function toldOf(deps: BotDeps, { judgement, request }: InstallDraft): Promise<string[]> {
  const needs = judgement.kind === 'needs-approval' ? judgement.terms.needs : [];
  return whomToTell(deps.people, needs, request.requestedBy.id);
}

function newRecord(
  deps: BotDeps,
  asker: Asker,
  about: { draft: InstallDraft; notify: readonly string[] },
): InstallRecord {
  const now = deps.clock.now();
  const { device, request, judgement, policy, profile } = about.draft;
  const { notify } = about;
  const binds = bindingOf(device, request.iso, { profile, disk: request.disk, rungs: request.rungs });
  const approval =
    judgement.kind === 'needs-approval'
      ? newApproval(judgement.terms, { rules: judgement.rules, policy, binds, hardware: profile, notify, now })
      : null;
  return {
    v: 1,
    id: newInstallId(),
    rev: 0,
    createdAt: now,
    updatedAt: now,
    device,
    request,
    slack: { team: asker.team, channel: asker.channel },
    phase: approval ? 'approval' : 'forward',
    at: 'reserve',
    journal: [],
    facts: {},
    sealed: {},
    ...(approval ? { approval } : {}),
    ...(judgement.recording ? { recording: judgement.recording } : {}),
    audit: { seq: 0, head: '' },
  };
}

async function deviceBusy(deps: BotDeps, device: Device, holder: string): Promise<XepaError> {
  if (holder === elsewhere) {
    const userMessage = `${code(device.name)} is in use. Wait until \`/xepa device show\` says that it is free.`;
    return new XepaError('device-busy', { message: 'device is held from another workspace', userMessage });
  }
  const other = await deps.store.find(holder);
  const by = other ? ` It was asked for by ${who(other.request.requestedBy)}. ${stateText(other)}` : '';
  return new XepaError('device-busy', {
    message: `device is held by ${holder}`,
    userMessage: `${code(device.name)} is in use by install ${code(holder)}.${by} Wait for it, or type \`/xepa cancel ${holder}\`.`,
  });
}
