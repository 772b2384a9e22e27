import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { lateDiskObjections } from '../../../worker/host/late-disks.ts';
import { planInstall } from '../../../worker/host/plan.ts';
import { parseSurvey } from '../../../worker/host/survey.ts';

const survey = parseSurvey(readFileSync(new URL('../../fixtures/host/debian-rescue.txt', import.meta.url), 'utf8'));
const planned = planInstall({ survey, request: { iso: { url: 'https://dl.example.com/a.iso' } } });
if (!('plan' in planned)) throw new Error(planned.refusals.join());
const { plan } = planned;
const serial = 'XEPANVME01';

const seen = (name: string, way: string) => ({ name, place: `/sys/devices/pci0000:00/${way}/${name}` });
const own = seen('nvme0n1', '0000:00:02.1/0000:02:00.0/nvme/nvme0');
const another = seen('sdb', '0000:00:17.0/ata2/host1/target1:0:0/1:0:0:0/block');
const usb = seen('sdc', '0000:00:14.0/usb1/1-2/1-2:1.0/host6/target6:0:0/6:0:0:0/block');

it('says nothing of the disks that were there, nor of virtual media', () => {
  expect(lateDiskObjections([own, usb], { survey, plan, asked: undefined })).toEqual([]);
});

it('a disk taken for the only one is not, where another one has come up', () => {
  expect(lateDiskObjections([own, another], { survey, plan, asked: undefined })).toEqual([
    'sdb has come up, so the disk of the plan is not the only one.',
  ]);
});

it('whoever named a disk need not hear of another one, unless it would go along', () => {
  expect(lateDiskObjections([own, another], { survey, plan, asked: serial })).toEqual([]);
  const along = seen('nvme0n2', '0000:00:02.1/0000:02:00.0/nvme/nvme0');
  expect(lateDiskObjections([own, along], { survey, plan, asked: serial })).toEqual([
    'nvme0n2 has come up on hardware that goes into the virtual machine, and was not planned.',
  ]);
});

it('a controller that was handed over already shows no disk, and that is no objection', () => {
  expect(lateDiskObjections([], { survey, plan, asked: undefined })).toEqual([]);
});
