import type { Approval } from '../../core/contracts/approval.ts';
import { type Device, deviceKey } from '../../core/contracts/device.ts';
import type { InstallRecord, InstallRequest } from '../../core/contracts/install.ts';
import { XepaError } from '../../core/errors.ts';
import { authoriseGenerally } from '../authorise.ts';
import { badInput } from '../bad-input.ts';
import { resolveIso } from '../catalogue.ts';
import type { Asker, BotDeps } from '../deps.ts';
import { findDevice } from '../find-device.ts';
import { newInstallId } from '../install-id.ts';
import { slackActor, stateText } from '../operations.ts';
import { mayRequest, protectingTags } from '../policy.ts';
import { code, cut } from '../text.ts';
import { who } from '../views/names.ts';
import type { Command, ParsedCommand } from './spec.ts';

const REASON_MAX = 2_000;

export const installCommand: Command = {
  spec: {
    verb: 'install',
    action: 'install',
    summary: 'Installs an ISO on a server; the screen of the installer opens in your browser.',
    target: { name: 'device', required: true },
    options: {
      iso: {
        value: 'URL|NAME',
        about: 'what to install, by its name in the catalogue or a full https:// URL',
        required: true,
      },
      sha256: { value: 'HEX', about: 'the checksum that the ISO must have' },
      disk: { value: 'SERIAL', about: 'the serial of the disk to install on, where there are several' },
      reason: { value: '"TEXT"', about: 'why, for those who approve and for the audit trail' },
    },
    examples: [
      '/xepa install web-07 --iso debian-13',
      '/xepa install web-07 --iso https://example.com/os.iso --reason "new disk"',
    ],
  },
  async run(deps, asker, parsed) {
    await authoriseGenerally(deps, asker, mayRequest);
    const now = deps.clock.now();
    const device = findDevice(parsed.target ?? '', await deps.inventory.read(), now);
    const request = requestOf(deps, asker, parsed);
    if (!(await deps.canPost(asker.channel))) {
      throw badInput('XEPA is not in this channel, so it could not show the install here. Type `/invite @xepa` first.');
    }
    const record = newRecord({ deps, asker, device, request, now });
    await reserve(deps, record);
    if (record.phase === 'forward') await deps.installQueue.wake(record.id);
  },
};

function requestOf(deps: BotDeps, asker: Asker, parsed: ParsedCommand): InstallRequest {
  const { iso = '', sha256, disk, reason } = parsed.options;
  if (disk !== undefined && !/^[\w.:+ -]{1,64}$/.test(disk)) {
    throw badInput(`${code(disk)} is no disk serial: at most 64 letters, digits, spaces and \`. : + - _\`.`);
  }
  return {
    iso: resolveIso({ iso, sha256 }, { catalogue: deps.rules.isos, allow: deps.rules.isoAllow }),
    requestedBy: slackActor(asker),
    ...(disk === undefined ? {} : { disk }),
    ...(reason === undefined ? {} : { reason: cut(reason, REASON_MAX) }),
  };
}

function newRecord(wish: {
  deps: BotDeps;
  asker: Asker;
  device: Device;
  request: InstallRequest;
  now: number;
}): InstallRecord {
  const { deps, asker, device, request, now } = wish;
  const approval = neededApproval(deps, device, now);
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
    audit: { seq: 0, head: '' },
  };
}

function neededApproval(deps: BotDeps, device: Device, now: number): Approval | null {
  const tags = protectingTags(device, deps.rules);
  if (tags.length === 0) return null;
  const because = `${device.name} has the tag ${tags.join(', ')}`;
  return {
    state: 'pending',
    round: 1,
    because,
    rules: [],
    policy: '',
    needs: [{ label: 'somebody else', count: 1, users: [...deps.rules.approvers], groups: [] }],
    votes: [],
    binds: { device: deviceKey(device), serial: null, disks: null, iso: { url: '', sha256: null }, answer: null },
    digest: '',
    stepUp: false,
    typedHostname: false,
    denyReason: false,
    knownDisks: false,
    expiresAt: now + deps.rules.approvalMinutes * 60_000,
    lastsMs: deps.rules.approvalMinutes * 60_000,
    startWithinMs: null,
  };
}

/** Claims the device and writes the record; neither stays without the other. */
async function reserve(deps: BotDeps, record: InstallRecord): Promise<void> {
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
}

async function deviceBusy(deps: BotDeps, device: Device, holder: string): Promise<XepaError> {
  const other = await deps.store.find(holder);
  const by = other ? ` It was asked for by ${who(other.request.requestedBy)}. ${stateText(other)}` : '';
  return new XepaError('device-busy', {
    message: `device is held by ${holder}`,
    userMessage: `${code(device.name)} is in use by install ${code(holder)}.${by} Wait for it, or type \`/xepa cancel ${holder}\`.`,
  });
}
