import { existsSync, readFileSync } from 'node:fs';
import type { Facts } from '../../core/contracts/facts.ts';
import type { InstallRecord, InstallRequest } from '../../core/contracts/install.ts';
import type { Plan } from '../../core/contracts/plan.ts';
import type { HostShell } from '../../core/ssh/host-shell.ts';
import { removeFile } from '../../worker/host/media.ts';
import { qemuArgv } from '../../worker/host/qemu.ts';
import { killVm, launchVm } from '../../worker/host/vm.ts';
import { vmPaths } from '../../worker/host/vm-paths.ts';
import type { Outcome } from '../../worker/saga/step.ts';
import { keptBytes } from '../../worker/steps/iso-fetch.ts';
import { tendStream } from '../../worker/steps/iso-stream.ts';
import { mediaStep } from '../../worker/steps/media.ts';
import { aSurvey } from './a-survey.ts';
import { alice, anInstallAt } from './an-install.ts';
import { StepBench } from './step-bench.ts';
import { contextOf } from './upload-hands.ts';

const plan: Plan = {
  firmware: 'bios',
  accel: 'tcg',
  memoryMb: 64,
  cpus: 1,
  passed: [],
  nic: { mode: 'emulated', mac: '52:54:00:00:00:01', address: null },
  block: null,
  ladder: [],
  erases: [{ path: '/dev/sda', serial: 'S-1', model: 'Disk', sizeBytes: 1, controller: '', holds: '' }],
  warnings: [],
  digest: '',
};

/** One install with an ISO from a real server, on a machine whose shell and QEMU are real: its own steps, run by hand. */
export interface StreamStage {
  readonly record: InstallRecord;
  readonly path: string;
  /** What `media` says, once. */
  media(): Promise<Outcome>;
  /** Until `media` is done. */
  mediaDone(): Promise<void>;
  /** The part of `attend` that has to do with the stream. */
  tend(): ReturnType<typeof tendStream>;
  /** Starts the VM with the disc that the facts name. */
  launch(): Promise<void>;
  vmRuns(): boolean;
  /** What the guest has said on its first serial port. */
  said(): string;
  end(): Promise<void>;
}

export function createStreamStage(
  /** `memoryBytes`: what the machine has beside its VM, by what it tells. */
  place: { home: string; id: string; shell(): HostShell; memoryBytes?: number },
  request: Omit<InstallRequest, 'requestedBy'>,
  /** As another worker left it. */
  found?: InstallRecord,
): StreamStage {
  const { home, id, memoryBytes = 4 * 1024 ** 3 } = place;
  const dir = `${home}/${id}`;
  const path = `${home}/${id}.iso`;
  const paths = vmPaths(dir);
  const empty = { path, bytes: 0, sha256: '', label: '', boots: [] };
  const launch = {
    ...{ dir, vnc: paths.vnc, qmp: paths.qmp, qmpConsole: paths.qmpConsole },
    serial: [...paths.serial],
  };
  const holder = {
    record:
      found ??
      anInstallAt('media', {
        id,
        request: { ...request, requestedBy: alice },
        facts: {
          plan,
          survey: aSurvey({ memoryAvailableBytes: plan.memoryMb * 1024 ** 2 + keptBytes + memoryBytes }),
          media: empty,
          launch: { ...launch, serialLogs: [...paths.serialLogs], pidFile: paths.pidFile, startedAt: 1 },
        },
      }),
    async save(facts: Facts) {
      holder.record = { ...holder.record, facts: { ...holder.record.facts, ...facts } };
    },
  };
  const context = contextOf(holder);
  const { deps } = new StepBench();
  const shells = { ...deps.shells, shellOf: async () => place.shell() };
  const step = mediaStep({ ...deps, shells });
  const pid = () => (existsSync(paths.pidFile) ? readFileSync(paths.pidFile, 'utf8').trim() : '');

  async function media(): Promise<Outcome> {
    const outcome = await step.run(context);
    if (outcome.kind === 'done' && outcome.facts) await holder.save(outcome.facts);
    return outcome;
  }

  return {
    get record() {
      return holder.record;
    },
    path,
    media,
    async mediaDone() {
      for (let looks = 0; (await media()).kind !== 'done'; looks += 1) {
        if (looks > 600) throw new Error('the ISO does not come');
        await new Promise((wake) => setTimeout(wake, 100));
      }
    },
    tend: () => tendStream(context, place.shell()),
    async launch() {
      const { media: disc } = holder.record.facts;
      const isoPath = disc?.stream?.drive ?? path;
      const smbios = aSurvey().smbios;
      const argv = qemuArgv({ plan, smbios, isoPath, dir, installId: id, kvm: false, ovmf: null });
      await place.shell().exec(launchVm({ argv, dir, varsTemplate: null }));
    },
    vmRuns: () =>
      pid() !== '' && existsSync(`/proc/${pid()}/cmdline`) && readFileSync(`/proc/${pid()}/cmdline`, 'utf8') !== '',
    said: () => (existsSync(paths.serialLogs[0]) ? readFileSync(paths.serialLogs[0], 'latin1') : ''),
    async end() {
      await place.shell().exec(killVm(dir));
      await place.shell().exec(removeFile(path));
    },
  };
}
