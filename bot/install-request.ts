import { sealAnswer } from '../core/answers/sealed-answer.ts';
import type { AnswerFile } from '../core/contracts/answer.ts';
import type { Device } from '../core/contracts/device.ts';
import type { DeviceProfile } from '../core/contracts/device-profile.ts';
import type { InstallRecord, InstallRequest, Purpose } from '../core/contracts/install.ts';
import { XepaError } from '../core/errors.ts';
import { alsoWished } from './also-discs.ts';
import { type GivenAnswer, resolveAnswer } from './answer-request.ts';
import { whomToTell } from './approval-copies.ts';
import { askedAction } from './asked-action.ts';
import { badInput } from './bad-input.ts';
import { resolveIso } from './catalogue.ts';
import { parseMoment } from './commands/moment.ts';
import { consoleWish } from './console-wish.ts';
import type { Asker, BotDeps } from './deps.ts';
import { findDevice } from './find-device.ts';
import { fixesWished } from './fix-wish.ts';
import { newInstallId } from './install-id.ts';
import type { LibraryIsos } from './iso-library.ts';
import { judgeFor } from './judging.ts';
import { kernelArgsWished } from './kernel-args.ts';
import { mustBeMovable } from './lifeline-offer.ts';
import { mediaWished, mustBeDigestFirst } from './media-wish.ts';
import { bindingOf, newApproval } from './new-approval.ts';
import { slackActor, stateText } from './operations.ts';
import { elsewhere } from './other-workspaces.ts';
import type { Judgement } from './policy/types.ts';
import { recordRefusal } from './refusals.ts';
import { waysWished } from './rung-wish.ts';
import { code, cut } from './text.ts';
import { who } from './views/names.ts';
import { type TypedVm, vmWished } from './vm-wish.ts';

const REASON_MAX = 2_000;

/** What somebody wants, in the words they typed or picked. */
export interface InstallWish {
  device: string;
  purpose?: Purpose | undefined;
  /** By name or address; with a console there is none. */
  iso?: string | undefined;
  sha256?: string | undefined;
  /** Serial of the disk. */
  disk?: string | undefined;
  /** How the disk is to get into the VM. */
  rung?: string | undefined;
  /** How the network port is. */
  nic?: string | undefined;
  /** Whether XEPA's own connection is to move to another port first. */
  lifeline?: string | undefined;
  /** What the virtual machine is to be like. */
  vm?: TypedVm | undefined;
  /** Name of an answer file in the operator's library. */
  answer?: string | undefined;
  /** An answer file itself; it must get into no message and no log. */
  answerText?: string | undefined;
  /** Further discs: `drivers=URL`, between commas. */
  also?: string | undefined;
  /** What is added to the installer's kernel command line. */
  kernelArgs?: string | undefined;
  /** How the ISO gets to the server. */
  media?: string | undefined;
  /** What may be changed on the installed system, between commas. */
  fix?: string | undefined;
  reason?: string | undefined;
  /** A console that cannot write to the disk. */
  snapshot?: boolean | undefined;
  /** When it is to begin: "22:00", "2h", a date. */
  at?: string | undefined;
  /** The device's name, typed once more. */
  confirm?: string | undefined;
}

/** All that is known before an install is asked for; nothing has been changed. */
export interface InstallDraft {
  device: Device;
  request: InstallRequest;
  /** What is in its answer file; to be sealed. */
  answerFiles?: readonly AnswerFile[] | undefined;
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
  const inventory = await deps.inventory.read();
  const device = findDevice(wish.device, inventory, now);
  const library = await deps.shelf.isos.all();
  const action = askedAction(wish);
  const given = await resolveAnswer(wish, deps.answers);
  const request = await recordRefusal(deps, asker, { what: action }, () =>
    requestOf(deps, asker, { wish, library, given }),
  );
  mustBeMovable(request, device, inventory);
  const { judgement, policy } = await judgeFor(deps, asker, { action, device, reason: request.reason ?? null });
  await recordRefusal(deps, asker, { what: action }, () => mustBeDigestFirst(judgement, request));
  const profile = await deps.profiles.find(device);
  return { device, request, answerFiles: given?.files, profile, judgement, policy };
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
  const { purpose, iso, snapshot, reason = null } = request;
  const what = iso ? { iso: iso.url } : { purpose, snapshot: snapshot === true };
  const detail = { device: `${device.provider}/${device.id}`, ...what, reason };
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
  return isNameOf(device, typed);
}

/** Case counts, and so does every letter: this is the moment in which somebody looks twice. */
export function isNameOf(device: Pick<Device, 'name'>, typed: string | undefined): boolean {
  return typed?.normalize('NFC') === device.name.normalize('NFC');
}

/** What there is to say about what somebody wants. */
interface Wanted {
  wish: InstallWish;
  library: LibraryIsos;
  given: GivenAnswer | undefined;
}

function requestOf(deps: BotDeps, asker: Asker, about: Wanted): InstallRequest {
  const { disk, reason, at } = about.wish;
  if (disk !== undefined && !/^[\w.:+ -]{1,64}$/.test(disk)) {
    throw badInput(`${code(disk)} is no disk serial: at most 64 letters, digits, spaces and \`. : + - _\`.`);
  }
  return {
    ...whatOf(deps, about),
    requestedBy: slackActor(asker),
    ...(disk === undefined ? {} : { disk }),
    ...(reason === undefined ? {} : { reason: cut(reason, REASON_MAX) }),
    ...(at === undefined ? {} : { startAt: parseMoment(at, deps.clock.now()) }),
  };
}

/** With the ways into the virtual machine that were asked for, and what an installer gets besides its ISO. */
function whatOf(deps: BotDeps, { wish, library, given }: Wanted): Omit<InstallRequest, 'requestedBy'> {
  if (wish.purpose === 'console') return consoleWish(wish);
  const rules = { catalogue: deps.rules.isos, library, allow: deps.rules.isoAllow };
  const { iso = '', sha256 } = wish;
  return {
    iso: resolveIso({ iso, sha256 }, rules),
    ...waysWished(wish),
    ...vmWished(wish.vm),
    ...(given === undefined ? {} : { answer: given.request }),
    ...alsoWished(wish.also, rules),
    ...kernelArgsWished(wish.kernelArgs),
    ...mediaWished(wish),
    ...fixesWished(wish.fix),
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
  const { device, request, answerFiles, judgement, policy, profile } = about.draft;
  const id = newInstallId();
  const { notify } = about;
  const binds = bindingOf(device, request, profile);
  const approval =
    judgement.kind === 'needs-approval'
      ? newApproval(judgement.terms, { rules: judgement.rules, policy, binds, hardware: profile, notify, now })
      : null;
  return {
    v: 1,
    id,
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
    sealed: answerFiles ? { answer: sealAnswer(deps.sealer, answerFiles, id) } : {},
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
