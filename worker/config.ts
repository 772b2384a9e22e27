import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { commaList, integer, parseEnv, safeWebUrl } from '../core/env.ts';
import { XepaError } from '../core/errors.ts';
import { commonSettings, sharedSettings } from '../core/settings.ts';
import { RescueKernels } from './host/rescue-kernels.ts';
import { jsonSetting } from './json-setting.ts';
import { accountText, badAccounts, type GivenAccount, readAccountFile } from './providers/account-file.ts';
import { type SshDevice, SshDeviceFile } from './providers/ssh/schema.ts';
import { rescueMirrors } from './rescue-mirrors.ts';

/** Those that have Elastic Metal. */
const SCALEWAY_ZONES = ['fr-par-1', 'fr-par-2', 'nl-ams-1', 'nl-ams-2', 'pl-waw-2', 'pl-waw-3'] as const;

function userName() {
  return z.string().regex(/^[a-z_][a-z0-9_-]{0,31}$/, 'must be the name of a user');
}

/** The worker's settings: its part of the README's configuration table. */
export const workerSettings = z
  .object({
    ...commonSettings,
    EQUINIX_METAL_TOKEN: z.string().optional().describe('API token; switches the legacy Equinix Metal adapter on'),
    EQUINIX_METAL_PROJECT: z.string().optional().describe('project whose devices may be installed'),
    EQUINIX_METAL_URL: safeWebUrl().default('https://api.equinix.com/metal/v1').describe('API address with its path'),
    HETZNER_ROBOT_USER: z
      .string()
      .optional()
      .describe("user of Hetzner's Robot webservice (not the account's login); switches the adapter on"),
    HETZNER_ROBOT_PASSWORD: z.string().optional().describe('its password'),
    HETZNER_ROBOT_URL: safeWebUrl().default('https://robot-ws.your-server.de').describe('API address'),
    OVH_APPLICATION_KEY: z
      .string()
      .optional()
      .describe("key of an application of OVHcloud's API; switches the adapter on"),
    OVH_APPLICATION_SECRET: z.string().optional().describe('its secret'),
    OVH_CONSUMER_KEY: z.string().optional().describe('key that lets the application into the account'),
    OVH_URL: safeWebUrl().default('https://eu.api.ovh.com/1.0').describe('API address with its path'),
    SCALEWAY_SECRET_KEY: z.string().optional().describe("secret of an API key of Scaleway's; switches the adapter on"),
    SCALEWAY_PROJECT: z.string().optional().describe('id of the project whose Elastic Metal servers may be installed'),
    SCALEWAY_ZONES: commaList()
      .refine((zones) => zones.every((zone) => /^[a-z]{2}-[a-z]{3}-\d$/.test(zone)), 'must be zones between commas')
      .transform((zones) => (zones.length === 0 ? [...SCALEWAY_ZONES] : zones))
      .describe(`zones that its servers stand in (${SCALEWAY_ZONES.join(',')})`),
    SCALEWAY_URL: safeWebUrl().default('https://api.scaleway.com').describe('API address'),
    LEASEWEB_API_KEY: z
      .string()
      .optional()
      .describe("key of Leaseweb's API, made in its customer portal; switches the adapter on"),
    LEASEWEB_URL: safeWebUrl().default('https://api.leaseweb.com/bareMetals/v2').describe('API address with its path'),
    SERVERSCOM_TOKEN: z
      .string()
      .optional()
      .describe("token of Servers.com's public API, made in its customer portal; switches the adapter on"),
    SERVERSCOM_URL: safeWebUrl().default('https://api.servers.com/v1').describe('API address with its path'),
    SERVERSCOM_RESCUE_USER: userName().default('root').describe('who its rescue system lets in'),
    LATITUDE_API_KEY: z.string().optional().describe("key of Latitude.sh's API; switches the adapter on"),
    LATITUDE_URL: safeWebUrl().default('https://api.latitude.sh').describe('API address'),
    LATITUDE_RESCUE_USER: userName()
      .default('root')
      .describe('whom a person puts the key of an install into its rescue system for'),
    IRONIC_URL: safeWebUrl()
      .optional()
      .transform((url) => url?.replace(/\/v1$/, ''))
      .describe('address of the API of OpenStack Ironic, `https://ironic.example.com:6385`; switches the adapter on'),
    IRONIC_KEYSTONE_URL: safeWebUrl()
      .optional()
      .transform((url) => withPath(url, '/v3'))
      .describe(
        'where Keystone lets into it: the identity service with `/v3`; without it and IRONIC_USER nobody is asked',
      ),
    IRONIC_CREDENTIAL_ID: z.string().optional().describe('id of an application credential of Keystone'),
    IRONIC_CREDENTIAL_SECRET: z.string().optional().describe('its secret'),
    IRONIC_USER: z
      .string()
      .optional()
      .describe('user of a standalone Ironic that has a list of its own (`http_basic`)'),
    IRONIC_PASSWORD: z.string().optional().describe('its password'),
    MAAS_API_KEY: z
      .string()
      .regex(/^[^:\s]+:[^:\s]+:[^:\s]+$/, 'must be what MAAS shows: three parts with colons between them')
      .optional()
      .describe("API key of an administrator's in MAAS; switches the adapter on"),
    MAAS_URL: safeWebUrl()
      .optional()
      .transform((url) => withPath(url, '/api/2.0'))
      .describe('API address with its path: `https://maas.example.com:5443/MAAS/api/2.0`'),
    XEPA_SSH_DEVICES: z
      .string()
      .optional()
      .describe('JSON file of machines that are in a rescue system already, or that your commands bring there'),
    XEPA_PROVIDER_ACCOUNTS: z
      .string()
      .optional()
      .describe('JSON file of accounts of providers, where one provider has several'),
    XEPA_RESCUE_SSH_PORT: integer({ min: 1, max: 65_535, default: 22 }).describe("port of the rescue system's sshd"),
    XEPA_RESCUE_MINUTES: integer({ min: 1, max: 120, default: 20 }).describe(
      'patience for one entry into rescue: the self-test of a large server alone takes ten',
    ),
    XEPA_RESCUE_MIRRORS: rescueMirrors().describe(
      'JSON: where rescue systems get packages instead of their own mirrors, `{"alpine": "https://…/alpine"}`; also `debian`, `ubuntu`',
    ),
    XEPA_KEXEC: z
      .enum(['on', 'off'])
      .default('on')
      .describe('`off`: a rescue kernel that runs without the IOMMU is never started anew with it'),
    XEPA_RESCUE_KERNELS: jsonSetting(RescueKernels).describe(
      'JSON: kernel and initrd of rescue systems by provider, for that start; see docs/rescue.md',
    ),
    XEPA_MEDIA_MINUTES: integer({ min: 1, max: 1_440, default: 120 }).describe('patience for the download of an ISO'),
    XEPA_ATTEND_HOURS: integer({ min: 1, max: 72, default: 12 }).describe('how long a console may stay open'),
    XEPA_ATTEND_POLL_SECONDS: integer({ min: 1, max: 300, default: 10 }).describe('how often the VM is looked at'),
    XEPA_POWER_DOWN_SECONDS: integer({ min: 1, max: 600, default: 60 }).describe('patience for an ACPI power-down'),
    XEPA_VERIFY_MINUTES: integer({ min: 1, max: 120, default: 15 }).describe('patience for the metal to come up'),
    XEPA_VERIFY_UEFI_MINUTES: integer({ min: 1, max: 120, default: 20 }).describe(
      'the same for servers that start by UEFI, which take longer before they boot',
    ),
    XEPA_ASK_HOURS: integer({ min: 0, max: 72, default: 4 }).describe(
      'how long an install whose metal shows nothing waits for somebody to say what to do; 0: it ends without asking',
    ),
    XEPA_VERIFY_PORTS: commaList()
      .refine((ports) => ports.every((port) => /^\d{1,5}$/.test(port)), 'must be port numbers between commas')
      .transform((ports) => (ports.length === 0 ? [3389, 443, 80] : ports.map(Number)))
      .describe('TCP ports that show, beside SSH, that the metal is up (3389,443,80)'),
    XEPA_DEAD_MAN_MINUTES: z
      .string()
      .regex(/^\d{1,3}(\.\d{1,2})?$/, 'must be minutes, from 0.5 to 720')
      .transform(Number)
      .refine((minutes) => minutes >= 0.5 && minutes <= 720, 'must be minutes, from 0.5 to 720')
      .default(30)
      .describe('without a worker for this long, the device takes its hardware back'),
    XEPA_DEAD_MAN_REBOOT: z
      .enum(['on', 'off'])
      .default('off')
      .describe('`on`: a device that cannot take its hardware or its network back restarts itself'),
    XEPA_VM_MEMORY_MB: integer({ min: 256, max: 1_048_576, default: 8_192 }).describe("most memory for the VM's guest"),
    XEPA_VM_CPUS: integer({ min: 1, max: 256, default: 8 }).describe("most processors for the VM's guest"),
    XEPA_QEMU_MACHINE: z.string().optional().describe('more properties of the machine, for nested test machines only'),
    XEPA_QEMU_CPU: z.string().optional().describe('more properties of the processor, for nested test machines only'),
    XEPA_ANSWER_PASSWORD_HASH: z
      .string()
      .regex(/^\$(5|6|y|2[aby])\$[\w./$=,]{20,200}$/, 'must be what `openssl passwd -6` or `mkpasswd` prints')
      .optional()
      .describe('what `{{xepa.password_hash}}` in answer files stands for: from `openssl passwd -6`'),
    XEPA_WORKER_CONCURRENCY: integer({ min: 1, max: 1_000, default: 20 }).describe('steps run at the same time'),
    XEPA_LOCK_SECONDS: integer({ min: 2, max: 300, default: 15 }).describe(
      "after this long without a sign, a dead worker's installs go on elsewhere",
    ),
    XEPA_INVENTORY_SECONDS: integer({ min: 1, max: 600, default: 60 }).describe('how often providers are read'),
    XEPA_WORKER_HEALTH_PORT: integer({ min: 0, max: 65_535, default: 3_002 }).describe('port of GET /healthz'),
    XEPA_BIND: sharedSettings.XEPA_BIND,
  })
  .refine((env) => env.EQUINIX_METAL_TOKEN === undefined || env.EQUINIX_METAL_PROJECT !== undefined, {
    path: ['EQUINIX_METAL_PROJECT'],
    message: 'is required together with EQUINIX_METAL_TOKEN',
    // Also while other settings are wrong: all that is wrong is told at once.
    when: () => true,
  })
  .refine((env) => env.HETZNER_ROBOT_USER === undefined || env.HETZNER_ROBOT_PASSWORD !== undefined, {
    path: ['HETZNER_ROBOT_PASSWORD'],
    message: 'is required together with HETZNER_ROBOT_USER',
    when: () => true,
  })
  .refine((env) => env.OVH_APPLICATION_KEY === undefined || env.OVH_APPLICATION_SECRET !== undefined, {
    path: ['OVH_APPLICATION_SECRET'],
    message: 'is required together with OVH_APPLICATION_KEY',
    when: () => true,
  })
  .refine((env) => env.OVH_APPLICATION_KEY === undefined || env.OVH_CONSUMER_KEY !== undefined, {
    path: ['OVH_CONSUMER_KEY'],
    message: 'is required together with OVH_APPLICATION_KEY',
    when: () => true,
  })
  .refine((env) => env.SCALEWAY_SECRET_KEY === undefined || env.SCALEWAY_PROJECT !== undefined, {
    path: ['SCALEWAY_PROJECT'],
    message: 'is required together with SCALEWAY_SECRET_KEY',
    when: () => true,
  })
  .refine((env) => areTogether(env.IRONIC_KEYSTONE_URL, env.IRONIC_CREDENTIAL_ID, env.IRONIC_CREDENTIAL_SECRET), {
    path: ['IRONIC_KEYSTONE_URL'],
    message: 'goes together with IRONIC_CREDENTIAL_ID and IRONIC_CREDENTIAL_SECRET: set all three, or none',
    when: () => true,
  })
  .refine((env) => areTogether(env.IRONIC_USER, env.IRONIC_PASSWORD), {
    path: ['IRONIC_USER'],
    message: 'goes together with IRONIC_PASSWORD: set both, or none',
    when: () => true,
  })
  .refine((env) => env.IRONIC_USER === undefined || env.IRONIC_KEYSTONE_URL === undefined, {
    path: ['IRONIC_USER'],
    message: 'is another way in than IRONIC_KEYSTONE_URL: take one of them away',
    when: () => true,
  })
  .refine((env) => env.MAAS_API_KEY === undefined || env.MAAS_URL !== undefined, {
    path: ['MAAS_URL'],
    message: 'is required together with MAAS_API_KEY',
    when: () => true,
  })
  .refine((env) => env.XEPA_DEAD_MAN_MINUTES * 60 >= 3 * env.XEPA_ATTEND_POLL_SECONDS, {
    path: ['XEPA_DEAD_MAN_MINUTES'],
    message: 'must be at least three times XEPA_ATTEND_POLL_SECONDS, or devices take their hardware back too early',
  });

export type WorkerConfig = z.infer<typeof workerSettings> & {
  sshDevices: (SshDevice & { privateKey: string })[];
  /** Accounts of the file, each with the settings that its adapter gets. */
  accounts: ProviderAccount[];
};

export interface ProviderAccount extends GivenAccount {
  config: WorkerConfig;
}

/** Reads the environment and the files it names. @throws XepaError bad-config */
export function readWorkerConfig(source: Readonly<Record<string, string | undefined>> = process.env): WorkerConfig {
  const env = parseEnv(workerSettings, source);
  return {
    ...env,
    sshDevices: env.XEPA_SSH_DEVICES === undefined ? [] : readSshDevices(env.XEPA_SSH_DEVICES),
    accounts: env.XEPA_PROVIDER_ACCOUNTS === undefined ? [] : readAccounts(env.XEPA_PROVIDER_ACCOUNTS, source),
  };
}

/** Whether a setting says which devices there are, which is what accounts differ in. */
export function isOfProvider(name: string): boolean {
  return name === 'XEPA_SSH_DEVICES' || !(name.startsWith('XEPA_') || Object.hasOwn(commonSettings, name));
}

function readAccounts(file: string, source: Readonly<Record<string, string | undefined>>): ProviderAccount[] {
  const shared = Object.entries(source).filter(([name]) => !isOfProvider(name) && name !== 'XEPA_PROVIDER_ACCOUNTS');
  const faults: string[] = [];
  const accounts = readAccountFile(file, source).flatMap((account) => {
    try {
      return [{ ...account, config: readWorkerConfig({ ...Object.fromEntries(shared), ...account.settings }) }];
    } catch (error) {
      if (!(error instanceof XepaError)) throw error;
      faults.push(`${accountText(account)}: ${error.userMessage}`);
      return [];
    }
  });
  if (faults.length > 0) throw badAccounts(faults);
  return accounts;
}

/** The version's path is often left out, since other programs add it themselves. */
function withPath(url: string | undefined, path: string): string | undefined {
  return url === undefined || url.endsWith(path) ? url : `${url}${path}`;
}

function areTogether(...settings: (string | undefined)[]): boolean {
  return new Set(settings.map((setting) => setting === undefined)).size === 1;
}

function readSshDevices(file: string): WorkerConfig['sshDevices'] {
  const parsed = SshDeviceFile.safeParse(readJson(file));
  if (!parsed.success)
    throw badConfig(`XEPA_SSH_DEVICES: ${file} is not understood.\n${z.prettifyError(parsed.error)}`);
  return parsed.data.devices.map((device) => ({ ...device, privateKey: readText(device.privateKeyFile) }));
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readText(file));
  } catch (cause) {
    if (cause instanceof XepaError) throw cause;
    throw badConfig(`XEPA_SSH_DEVICES: ${file} is not JSON.`, cause);
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw badConfig(`XEPA_SSH_DEVICES: cannot read ${file}.`, cause);
  }
}

function badConfig(text: string, cause?: unknown): XepaError {
  return new XepaError('bad-config', { message: text, userMessage: text, cause });
}
