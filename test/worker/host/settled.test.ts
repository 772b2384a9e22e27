import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { notTakenUp } from '../../../worker/host/settled.ts';
import { parseSurvey } from '../../../worker/host/survey.ts';

const text = readFileSync(new URL('../../fixtures/host/debian-rescue.txt', import.meta.url), 'utf8');
const whole = parseSurvey(text);
const without = (address: string) =>
  whole.pci.map((device) => (device.address === address ? { ...device, driver: null } : device));

describe('a rescue system that answers before it is ready', () => {
  it('has taken everything up in the end', () => {
    expect(notTakenUp(whole)).toEqual([]);
  });

  it.each([
    ['a port without its driver', { ...whole, pci: without('0000:01:00.0') }, ['0000:01:00.0']],
    [
      'a port whose interface is not there yet',
      { ...whole, nics: whole.nics.filter(({ pci }) => pci !== '0000:01:00.0') },
      ['0000:01:00.0'],
    ],
    ['a controller without its driver', { ...whole, pci: without('0000:00:1f.2') }, ['0000:00:1f.2']],
    ['an NVMe controller whose disk is not there yet', { ...whole, disks: [] }, ['0000:02:00.0']],
  ])('misses %s', (_what, survey, missing) => {
    expect(notTakenUp(survey)).toEqual(missing);
  });
});
