import { describe, expect, it } from 'vitest';
import { readWorkerConfig, workerSettings } from '../../worker/config.ts';
import { stepSettings } from '../../worker/settings.ts';

const needed = { XEPA_SECRET: 's'.repeat(32) };

describe("the worker's settings", () => {
  it('have defaults that the steps get in their own units', () => {
    expect(stepSettings(readWorkerConfig(needed))).toEqual({
      rescueMs: 900_000,
      mediaMs: 7_200_000,
      attendMs: 43_200_000,
      attendPollMs: 10_000,
      powerDownMs: 60_000,
      verifyMs: 900_000,
      verifyUefiMs: 1_200_000,
      askMs: 14_400_000,
      verifyPorts: [3389, 443, 80],
      deadManSeconds: 1_800,
      limits: { memoryMb: 8_192, cpus: 8 },
      vm: {},
    });
  });

  it('are complained of all at once, also what is missing beside something wrong', () => {
    const source = {
      EQUINIX_METAL_TOKEN: 't',
      HETZNER_ROBOT_USER: 'u',
      XEPA_RESCUE_MINUTES: 'soon',
      XEPA_VERIFY_PORTS: '80,https',
    };
    for (const complaint of [
      'XEPA_SECRET: is required: at least 32 characters',
      'XEPA_RESCUE_MINUTES: must be a whole number from 1 to 120',
      'XEPA_VERIFY_PORTS: must be port numbers between commas',
      'EQUINIX_METAL_PROJECT: is required together with EQUINIX_METAL_TOKEN',
      'HETZNER_ROBOT_PASSWORD: is required together with HETZNER_ROBOT_USER',
    ])
      expect(() => readWorkerConfig(source)).toThrow(complaint);
  });

  it('each say what they are for', () => {
    for (const [name, setting] of Object.entries(workerSettings.shape)) expect(setting.description, name).toBeTruthy();
  });
});
