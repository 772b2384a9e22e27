import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import express from 'express';
import { API_PATH } from './cloud/api-words.ts';
import { EquinixApi } from './cloud/equinix-api.ts';
import { isoRouter } from './cloud/iso-router.ts';
import { type LeasewebSite, startLeasewebSite } from './cloud/leaseweb-site.ts';
import { type Listening, listen } from './cloud/listen.ts';
import { metadataRouter } from './cloud/metadata.ts';
import { type OvhSite, startOvhSite } from './cloud/ovh-site.ts';
import { type RobotSite, startRobotSite } from './cloud/robot-site.ts';
import { type ScalewaySite, startScalewaySite } from './cloud/scaleway-site.ts';
import { CloudState, type Device } from './cloud/state.ts';
import { withBuildLock } from './images/cache.ts';
import { buildImages } from './images/images.ts';
import type { IsoName } from './images/installer-iso.ts';
import { acceleration } from './machine/acceleration.ts';
import { claimSubnet, type Subnet } from './machine/addresses.ts';
import type { Acceleration } from './machine/argv.ts';
import { Machine, type MachineDeps } from './machine/machine.ts';
import type { MachineSpec } from './machine/spec.ts';
import { LAB_DIR } from './paths.ts';

/** A device to have. Whatever is left out has the default of {@link DEFAULT_MACHINE}. */
export interface LabDeviceOptions
  extends Partial<Omit<MachineSpec, 'id' | 'number' | 'address' | 'sshPort' | 'sitePort'>> {
  tags?: readonly string[];
  /** Is it switched on (booting its disk) when the lab has started? Default true. */
  on?: boolean;
}

export interface LabOptions {
  /** Default: one NVMe BIOS server `web-01`. */
  devices?: readonly LabDeviceOptions[];
  /** Port at which every device's address answers SSH; default 2222. */
  sshPort?: number;
  /** Port of the API; default a free one. */
  apiPort?: number;
  /** Milliseconds between an accepted action and its effect; default 1500. */
  actionDelayMs?: number;
  /** Folder with further `*.iso` files to serve. */
  isoFolder?: string;
  /** Bytes a second of an ISO download. */
  isoBytesPerSecond?: number;
  /** Default: KVM where a real boot with it works on this host, else software emulation. */
  acceleration?: Acceleration;
  /** Hears what takes long; default silent. */
  progress?: (line: string) => void;
}

export interface LabDevice {
  id: string;
  hostname: string;
  tags: readonly string[];
  /** Loopback address; SSH answers at {@link Lab.sshPort}. */
  address: string;
  machine: Machine;
  /** By what each provider knows it. */
  ids: Readonly<Record<'equinix-metal' | 'hetzner-robot' | 'ovhcloud' | 'scaleway' | 'leaseweb', string>>;
}

export interface Lab {
  /** With its path prefix: `http://127.0.0.1:PORT/metal/v1`. */
  apiUrl: string;
  token: string;
  projectId: string;
  sshPort: number;
  devices: readonly LabDevice[];
  /** The provider: fault injection and the log of requests. */
  api: EquinixApi;
  /** The same servers behind Hetzner's API. */
  robot: RobotSite;
  /** Behind OVHcloud's. */
  ovh: OvhSite;
  /** Behind Scaleway's. */
  scaleway: ScalewaySite;
  /** And behind Leaseweb's. */
  leaseweb: LeasewebSite;
  acceleration: Acceleration;
  /** Folder of the serial logs; they stay when this lab has stopped, until another one starts. */
  folder: string;
  /** URL of an ISO as a device reaches it. */
  isoUrl: (name: IsoName | (string & {})) => string;
  /** URL of the same ISO as this host reaches it. */
  hostIsoUrl: (name: IsoName | (string & {})) => string;
  /** Changes the speed of downloads that begin from now on; undefined: no limit. */
  throttle: (bytesPerSecond: number | undefined) => void;
  /** Switches everything off and deletes the disks. */
  stop: () => Promise<void>;
}

export const DEFAULT_MACHINE = {
  disk: 'nvme',
  diskMib: 2048,
  firmware: 'bios',
  iommu: 'on',
  groups: 'apart',
  memoryMib: 4096,
  // With two, emulated nested virtualization brings the server down now and then ("stack guard page was hit").
  cores: 1,
  rescueBoots: 'rescue',
  content: 'blank',
  stack: 'none',
  guestForwards: [],
} as const satisfies Partial<MachineSpec>;

const RUN_DIR = join(LAB_DIR, 'run');

/** Builds what is missing, starts the provider's API and the devices. `stop()` must be called; a crash is covered too. */
export async function startLab(options: LabOptions = {}): Promise<Lab> {
  const progress = options.progress ?? (() => undefined);
  const images = await buildImages(progress);
  const speed = options.acceleration ?? (await withBuildLock(progress, () => acceleration(images.vmlinux, progress)));
  const folder = await newRunFolder();
  const state = new CloudState();
  const token = randomBytes(16).toString('hex');
  const sshPort = options.sshPort ?? 2222;
  let bytesPerSecond = options.isoBytesPerSecond;

  const orders = options.devices ?? [{}];
  const subnet = await claimSubnet(sshPort, orders.length);

  const delayMs = options.actionDelayMs ?? 1500;
  const api = new EquinixApi({ state, token, times: { delayMs } });
  const sites = {
    robot: await startRobotSite(delayMs),
    ovh: await startOvhSite(delayMs),
    scaleway: await startScalewaySite(delayMs),
    leaseweb: await startLeasewebSite(delayMs),
  };
  const servers: Listening[] = [];
  const devices: LabDevice[] = [];
  const stop = () => stopAll({ apis: [api, ...Object.values(sites)], devices, servers, subnet });
  try {
    const site = await listen(siteApp(state, [images.isoFolder, ...listOf(options.isoFolder)], () => bytesPerSecond));
    servers.push(site);
    const apiServer = await listen(express().use(API_PATH, api.router), options.apiPort);
    servers.push(apiServer);
    const deps = { images, acceleration: speed, folder };
    const { prefix } = subnet;
    devices.push(...(await createDevices(orders, { state, ...sites, deps, prefix, sshPort, sitePort: site.port })));
    await Promise.all(
      devices.filter((_, at) => orders[at]?.on !== false).map(({ machine }) => machine.powerOn('disk')),
    );
    return {
      ...{ apiUrl: `http://127.0.0.1:${apiServer.port}${API_PATH}`, token, projectId: state.projectId, sshPort },
      ...{ devices, api, ...sites, acceleration: speed, folder, stop },
      isoUrl: (name) => `http://10.0.2.100/iso/${name}`,
      hostIsoUrl: (name) => `http://127.0.0.1:${site.port}/iso/${name}`,
      throttle: (rate) => {
        bytesPerSecond = rate;
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function siteApp(
  state: CloudState,
  folders: readonly string[],
  bytesPerSecond: () => number | undefined,
): express.Express {
  const app = express();
  app.use('/metadata', metadataRouter(state));
  app.use('/iso', isoRouter({ folders, bytesPerSecond }));
  return app;
}

interface Site {
  state: CloudState;
  robot: RobotSite;
  ovh: OvhSite;
  scaleway: ScalewaySite;
  leaseweb: LeasewebSite;
  deps: MachineDeps;
  /** See {@link Subnet}. */
  prefix: string;
  sshPort: number;
  sitePort: number;
}

function createDevices(orders: readonly LabDeviceOptions[], site: Site): Promise<LabDevice[]> {
  return Promise.all(
    orders.map(async ({ tags = [], on: _on, ...wishes }, index) => {
      const number = index + 1;
      const spec: MachineSpec = {
        ...DEFAULT_MACHINE,
        hostname: `web-${String(number).padStart(2, '0')}`,
        ...wishes,
        ...{
          id: randomUUID(),
          number,
          address: `${site.prefix}.${number}`,
          sshPort: site.sshPort,
          sitePort: site.sitePort,
        },
      };
      const machine = await Machine.create(spec, site.deps);
      const { id, hostname, address } = spec;
      const device = site.state.addDevice({ id, hostname, tags, address, number, machine });
      machine.onPower((power) => followPower(device, power));
      const ids = {
        'equinix-metal': id,
        'hetzner-robot': site.robot.add(device, { machine, number, sshPort: site.sshPort }),
        ovhcloud: site.ovh.add(device, machine),
        scaleway: site.scaleway.add(device, machine),
        leaseweb: site.leaseweb.add(device, { machine, number }),
      };
      return { id, hostname, tags, address, machine, ids };
    }),
  );
}

// A guest that powers itself off is noticed; during an action the state is the action's to set.
function followPower(device: Device, power: 'on' | 'off'): void {
  if (!device.busy) device.state = power === 'on' ? 'active' : 'inactive';
}

async function stopAll(parts: {
  apis: readonly { close(): Promise<void> }[];
  devices: readonly LabDevice[];
  servers: readonly Listening[];
  subnet: Subnet;
}): Promise<void> {
  await Promise.all(parts.apis.map((api) => api.close()));
  await Promise.all(parts.devices.map(({ machine }) => machine.close()));
  await Promise.all(parts.servers.map((server) => server.close()));
  await Promise.all(parts.devices.map(({ machine }) => machine.discard()));
  await parts.subnet.release();
}

// Named by process, so that two labs on one host do not meet; what a lab that was killed left is cleared away.
async function newRunFolder(): Promise<string> {
  await mkdir(RUN_DIR, { recursive: true });
  for (const name of await readdir(RUN_DIR)) {
    if (!isAlive(Number(name.split('-')[0]))) await rm(join(RUN_DIR, name), { recursive: true, force: true });
  }
  const folder = join(RUN_DIR, `${process.pid}-${randomBytes(3).toString('hex')}`);
  await mkdir(folder);
  return folder;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function listOf(value: string | undefined): string[] {
  return value === undefined ? [] : [value];
}
