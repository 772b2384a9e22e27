import { describe, expect, it } from 'vitest';
import { readWorkerConfig, workerSettings } from '../../worker/config.ts';
import { stepSettings } from '../../worker/settings.ts';

const needed = { XEPA_SECRET: 's'.repeat(32) };

describe("the worker's settings", () => {
  it('have defaults that the steps get in their own units', () => {
    expect(stepSettings(readWorkerConfig(needed))).toEqual({
      rescueMs: 1_200_000,
      mediaMs: 7_200_000,
      attendMs: 43_200_000,
      attendPollMs: 10_000,
      powerDownMs: 60_000,
      verifyMs: 900_000,
      verifyUefiMs: 1_200_000,
      askMs: 14_400_000,
      verifyPorts: [3389, 443, 80],
      deadManSeconds: 1_800,
      deadManReboot: false,
      rescueMirrors: {},
      kexec: { allowed: true, kernels: {} },
      limits: { memoryMb: 8_192, cpus: 8 },
      vm: {},
    });
  });

  it('are complained of all at once, also what is missing beside something wrong', () => {
    const source = {
      EQUINIX_METAL_TOKEN: 't',
      HETZNER_ROBOT_USER: 'u',
      SCALEWAY_SECRET_KEY: 's',
      SCALEWAY_ZONES: 'fr-par-1,../fr-par-2',
      SERVERSCOM_RESCUE_USER: 'root; reboot',
      MAAS_API_KEY: 'half:a-key',
      IRONIC_KEYSTONE_URL: 'https://keystone.example.com/v3',
      IRONIC_CREDENTIAL_ID: 'i',
      IRONIC_USER: 'u',
      XEPA_RESCUE_MINUTES: 'soon',
      XEPA_VERIFY_PORTS: '80,https',
    };
    for (const complaint of [
      'XEPA_SECRET: is required: at least 32 characters',
      'XEPA_RESCUE_MINUTES: must be a whole number from 1 to 120',
      'XEPA_VERIFY_PORTS: must be port numbers between commas',
      'EQUINIX_METAL_PROJECT: is required together with EQUINIX_METAL_TOKEN',
      'HETZNER_ROBOT_PASSWORD: is required together with HETZNER_ROBOT_USER',
      'SCALEWAY_PROJECT: is required together with SCALEWAY_SECRET_KEY',
      'SCALEWAY_ZONES: must be zones between commas',
      'SERVERSCOM_RESCUE_USER: must be the name of a user',
      'MAAS_API_KEY: must be what MAAS shows: three parts with colons between them',
      'MAAS_URL: is required together with MAAS_API_KEY',
      'IRONIC_KEYSTONE_URL: goes together with IRONIC_CREDENTIAL_ID and IRONIC_CREDENTIAL_SECRET: set all three, or none',
      'IRONIC_USER: goes together with IRONIC_PASSWORD: set both, or none',
      'IRONIC_USER: is another way in than IRONIC_KEYSTONE_URL: take one of them away',
    ])
      expect(() => readWorkerConfig(source)).toThrow(complaint);
  });

  it('take all zones that there are unless some are named', () => {
    const zones = (given: object) => readWorkerConfig({ ...needed, ...given }).SCALEWAY_ZONES;
    expect(zones({})).toHaveLength(6);
    expect(zones({ SCALEWAY_ZONES: 'nl-ams-1, fr-par-2' })).toEqual(['nl-ams-1', 'fr-par-2']);
  });

  it('take kernels of rescue systems, each file with its digest', () => {
    const kernels = (text: string) => readWorkerConfig({ ...needed, XEPA_RESCUE_KERNELS: text }).XEPA_RESCUE_KERNELS;
    const file = { url: 'https://images.example.com/vmlinuz', sha256: 'A'.repeat(64) };
    const named = { release: '6.1.0-41-amd64', kernel: file, initrd: file };
    const lower = { ...file, sha256: 'a'.repeat(64) };
    expect(kernels(JSON.stringify({ ovhcloud: [named] }))).toEqual({
      ovhcloud: [{ ...named, kernel: lower, initrd: lower }],
    });
    for (const wrong of [
      { ...named, kernel: { url: file.url } },
      { ...named, kernel: { ...file, sha256: 'a' } },
      { ...named, initrd: { ...file, url: 'ftp://images.example.com/initrd' } },
      { ...named, release: '6.1 /' },
    ])
      expect(() => kernels(JSON.stringify({ ovhcloud: [wrong] }))).toThrow('XEPA_RESCUE_KERNELS: is not understood');
  });

  it.each([
    ['IRONIC_URL', 'https://ironic.example.com:6385/v1/', 'https://ironic.example.com:6385'],
    ['IRONIC_URL', 'https://cloud.example.com/baremetal', 'https://cloud.example.com/baremetal'],
    ['MAAS_URL', 'https://maas.example.com:5443/MAAS/', 'https://maas.example.com:5443/MAAS/api/2.0'],
    ['MAAS_URL', 'https://maas.example.com/MAAS/api/2.0', 'https://maas.example.com/MAAS/api/2.0'],
  ] as const)('take %s with a version behind it or without: %s', (name, given, taken) => {
    expect(readWorkerConfig({ ...needed, [name]: given })[name]).toBe(taken);
    expect(readWorkerConfig(needed)[name]).toBeUndefined();
  });

  it("take Keystone's address without its version too", () => {
    const credential = { IRONIC_CREDENTIAL_ID: 'i', IRONIC_CREDENTIAL_SECRET: 's' };
    for (const url of ['https://cloud.example.com/identity', 'https://cloud.example.com/identity/v3']) {
      const { IRONIC_KEYSTONE_URL: taken } = readWorkerConfig({ ...needed, ...credential, IRONIC_KEYSTONE_URL: url });
      expect(taken).toBe('https://cloud.example.com/identity/v3');
    }
  });

  it('take the mirrors of rescue systems, by https and as nothing but an address', () => {
    const mirrors = (text: string) => readWorkerConfig({ ...needed, XEPA_RESCUE_MIRRORS: text }).XEPA_RESCUE_MIRRORS;
    expect(mirrors('{"debian": "https://mirror.example.com/debian/"}')).toEqual({
      debian: 'https://mirror.example.com/debian',
    });
    const refused = [
      ...['deb.debian.org', '[]', '{"fedora": "https://mirror.example.com/fedora"}'],
      ...['http://mirror.example.com', 'https://a:b@mirror.example.com', 'https://mirror.example.com/$(id)'].map(
        (url) => JSON.stringify({ debian: url }),
      ),
      JSON.stringify({ alpine: 'https://mirror.example.com/alpine\nhttps://other.example.com' }),
    ];
    for (const text of refused) expect(() => mirrors(text), text).toThrow('XEPA_RESCUE_MIRRORS: is not understood');
  });

  it('take the time of the dead-man timer in minutes, down to half of one', () => {
    const seconds = (text: string) =>
      stepSettings(readWorkerConfig({ ...needed, XEPA_DEAD_MAN_MINUTES: text })).deadManSeconds;
    expect([seconds('0.5'), seconds('45')]).toEqual([30, 2_700]);
    for (const text of ['0.4', '721', 'soon', '-1']) expect(() => seconds(text)).toThrow('from 0.5 to 720');
    expect(stepSettings(readWorkerConfig({ ...needed, XEPA_DEAD_MAN_REBOOT: 'on' })).deadManReboot).toBe(true);
  });

  it('each say what they are for', () => {
    for (const [name, setting] of Object.entries(workerSettings.shape)) expect(setting.description, name).toBeTruthy();
  });
});
