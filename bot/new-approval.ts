import { bindingDigest, boundRequest } from '../core/binding.ts';
import type { Approval, Binding } from '../core/contracts/approval.ts';
import { type Device, deviceKey } from '../core/contracts/device.ts';
import type { DeviceProfile } from '../core/contracts/device-profile.ts';
import type { InstallRequest } from '../core/contracts/install.ts';
import { type BoundRungs, type RungWish, rungsOf } from '../core/contracts/ladder.ts';
import type { ApprovalTerms } from './policy/types.ts';

/** What an approval is bound to before the device is looked at: its hardware as it was last seen, or null. */
export function bindingOf(
  device: Device,
  request: Pick<InstallRequest, 'purpose' | 'iso' | 'snapshot' | 'disk' | 'rungs' | 'answer' | 'also' | 'kernelArgs'>,
  profile: DeviceProfile | null,
): Binding {
  const { disk, rungs } = request;
  const disks = profile?.disks.map(({ serial }) => serial) ?? null;
  // Where somebody names the disk, only that one's controller is handed over: it is all that is known for sure.
  const named = disk !== undefined && disks !== null && !disks.includes(disk);
  return {
    device: deviceKey(device),
    serial: profile?.serial ?? null,
    disks: named ? null : (disks?.toSorted() ?? null),
    rungs: boundRungs({ profile, rungs }),
    ...boundRequest(request, request.answer?.sha256 ?? null),
  };
}

/** A rung that somebody asked for is the only one that will do; else it is the one of the last install that asked for none. */
function boundRungs({ profile, rungs }: { profile: DeviceProfile | null; rungs?: RungWish | undefined }): BoundRungs {
  const seen = rungsOf(profile?.ladder ?? [], true);
  return { disk: rungs?.disk ?? seen.disk, nic: rungs?.nic ?? seen.nic };
}

/** The first round of an approval request, as the policy wants it. */
export function newApproval(
  terms: ApprovalTerms,
  about: {
    rules: readonly string[];
    policy: string;
    binds: Binding;
    hardware: DeviceProfile | null;
    notify: readonly string[];
    now: number;
  },
): Approval {
  const { rules, policy, binds, hardware, notify, now } = about;
  const { because, stepUp, typedHostname, denyReason, knownDisks, startWithinMs } = terms;
  return {
    state: 'pending',
    round: 1,
    notify: [...notify],
    ...{ because, stepUp, typedHostname, denyReason, knownDisks, startWithinMs },
    rules: [...rules],
    policy,
    needs: terms.needs.map((need) => ({ ...need })),
    votes: [],
    binds,
    digest: bindingDigest(binds),
    hardware,
    expiresAt: now + terms.expiresInMs,
    lastsMs: terms.expiresInMs,
  };
}
