import { parseArgs } from 'node:util';
import { VARIANTS } from './images/installer-iso.ts';
import { type Lab, type LabDeviceOptions, startLab } from './lab.ts';

const USAGE = `npm run lab -- [--devices 2] [--firmware bios|uefi] [--disk nvme|ahci] [--iommu on|off] [--groups apart|together] [--ssh-port 2222] [--api-port PORT]
Starts bare-metal servers that are not there and a provider's API in front of them. Ctrl-C stops and clears away.`;

const { values } = parseArgs({
  options: {
    devices: { type: 'string', default: '1' },
    firmware: { type: 'string', default: 'bios' },
    disk: { type: 'string', default: 'nvme' },
    iommu: { type: 'string', default: 'on' },
    groups: { type: 'string', default: 'apart' },
    'ssh-port': { type: 'string', default: '2222' },
    'api-port': { type: 'string', default: '0' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  console.log(USAGE);
} else {
  await serve().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}

async function serve(): Promise<void> {
  const device: LabDeviceOptions = {
    firmware: oneOf(values.firmware, ['bios', 'uefi']),
    disk: oneOf(values.disk, ['nvme', 'ahci']),
    iommu: oneOf(values.iommu, ['on', 'off']),
    groups: oneOf(values.groups, ['apart', 'together']),
  };
  const ended = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  const lab = await startLab({
    devices: Array.from({ length: wholeNumber(values.devices) }, () => device),
    sshPort: wholeNumber(values['ssh-port']),
    apiPort: wholeNumber(values['api-port']),
    progress: (line) => console.log(line),
  });
  console.log(describe(lab));
  await ended;
  console.log('\nSwitching everything off ...');
  await lab.stop();
}

function describe(lab: Lab): string {
  const [first] = lab.devices;
  return [
    `API       ${lab.apiUrl}`,
    `Token     ${lab.token}`,
    `Project   ${lab.projectId}`,
    `Speed     ${lab.acceleration === 'kvm' ? 'KVM' : 'software emulation: a rescue boot takes 10 to 25 s'}`,
    ...lab.devices.flatMap(({ id, hostname, address, machine, ids }) => [
      `Device    ${id}  (Hetzner: ${ids['hetzner-robot']})  ${hostname}  ssh -p ${lab.sshPort} root@${address}  (while in rescue, with a key given to the API)`,
      `          serial log: ${machine.serial.path}`,
    ]),
    `ISOs      ${VARIANTS.map(({ file }) => lab.isoUrl(file)).join('\n          ')}`,
    '',
    'Settings for XEPA:',

    `  EQUINIX_METAL_URL=${lab.apiUrl}`,
    `  EQUINIX_METAL_TOKEN=${lab.token}`,
    `  EQUINIX_METAL_PROJECT=${lab.projectId}`,
    `  XEPA_RESCUE_SSH_PORT=${lab.sshPort}`,
    "or, in place of the first three, for the same servers behind another provider's API:",
    ...Object.entries(lab.sites).flatMap(([provider, { env }]) => [
      `  # ${provider}`,
      ...Object.entries(env).map(([name, value]) => `  ${name}=${value}`),
    ]),
    '',
    'Into rescue:',
    `  curl -X POST -H 'X-Auth-Token: ${lab.token}' -d '{"type":"rescue"}' ${lab.apiUrl}/devices/${first?.id ?? 'ID'}/actions`,
    '',
    'Ctrl-C stops the lab.',
  ].join('\n');
}

function oneOf<const T extends string>(value: string, known: readonly T[]): T {
  const found = known.find((candidate) => candidate === value);
  if (found === undefined) throw new Error(`${value} is not one of ${known.join(', ')}\n${USAGE}`);
  return found;
}

function wholeNumber(value: string): number {
  if (!/^\d{1,5}$/.test(value)) throw new Error(`${value} is not a whole number\n${USAGE}`);
  return Number(value);
}
