import { describe, expect, test } from 'vitest';
import { approvalCard } from '../../../bot/views/approval-card.ts';
import { milestonesOf } from '../../../bot/views/milestones.ts';
import { rebootsText, secureBootNote, vmLine, wishedVmText } from '../../../bot/views/vm-lines.ts';
import type { InstallRecord } from '../../../core/contracts/install.ts';
import type { Plan } from '../../../core/contracts/plan.ts';
import type { VmPlan } from '../../../core/contracts/vm-plan.ts';
import { anApproval } from '../../support/an-approval.ts';
import { anInstall } from '../../support/an-install.ts';
import { installAt } from '../../support/records.ts';

const vm: VmPlan = {
  ...{ guest: null, tpm: false, rom: false, secureBoot: false, onReboot: 'stay', serialConsole: null, nicAt: null },
};
const plan: Plan = {
  ...{ firmware: 'uefi', accel: 'kvm', memoryMb: 8192, cpus: 1, passed: [], block: null, erases: [], warnings: [] },
  nic: { mode: 'emulated', mac: '52:54:00:aa:00:01', address: null },
  ladder: [{ part: 'disk', device: 'd', rung: 'raw-block', asked: false, how: 'h', refused: [], risks: [] }],
  ...{ vm, digest: 'd' },
};

describe('the virtual machine in a line', () => {
  test('says what it is and what a reboot means', () => {
    expect(vmLine(plan)).toBe(
      "*Virtual machine*  UEFI, 8192 MB, 1 processor; the installer's reboot stays in the VM, which then starts from the disk.",
    );
    const other: VmPlan = { ...vm, guest: 'windows', tpm: true, rom: true, onReboot: 'finish', serialConsole: 1 };
    expect(vmLine({ ...plan, firmware: 'bios', cpus: 4, vm: other })).toBe(
      "*Virtual machine*  BIOS, 8192 MB, 4 processors; for Windows; a virtual TPM 2.0; with option ROMs; the server's own serial console is ttyS1 (COM2), in the VM too; the installer's first reboot ends the VM, and the server goes on from its disk.",
    );
  });

  test('is in the thread with the plan, and not of plans that do not know', () => {
    const said = (facts: { plan: Plan }) => JSON.stringify(milestonesOf(installAt('media', {}, { facts })));
    expect(said({ plan })).toContain('*Virtual machine*');
    expect(said({ plan: { ...plan, vm: undefined } })).not.toContain('*Virtual machine*');
  });
});

test('what was asked for is on the approval card', () => {
  const { request } = anInstall();
  const wish = { firmware: 'bios', guest: 'linux', tpm: 'off', rom: 'on', onReboot: 'finish' } as const;
  const record = anInstall({
    ...{ phase: 'approval', approval: anApproval(), request: { ...request, vm: wish } },
  });
  expect(JSON.stringify(approvalCard(record).blocks)).toContain(
    'a VM with BIOS, whatever the server was started by; not Windows as its system; no virtual TPM; option ROMs;',
  );
  expect(wishedVmText({ tpm: 'on', rom: 'off', guest: 'windows' })).toBe(
    'Windows as its system; a virtual TPM; no option ROMs',
  );
});

test('what became of Secure Boot is said once the firmware is there', () => {
  const secure = { plan: { ...plan, vm: { ...vm, secureBoot: true } } };
  const ovmf = { code: '/c', vars: '/v' };
  const prepare = { added: [], kvm: true, ovmf };
  expect(secureBootNote(secure)).toEqual([]);
  expect(secureBootNote({ plan, prepare })).toEqual([]);
  expect(secureBootNote({ ...secure, prepare })).toEqual([expect.stringMatching(/off in the VM.*without/)]);
  expect(secureBootNote({ ...secure, prepare: { ...prepare, ovmf: { ...ovmf, secureBoot: true } } })).toEqual([
    expect.stringMatching(/on in the VM/),
  ]);
});

test.each<[InstallRecord['facts']['attend'], string | null]>([
  [undefined, null],
  [{ ended: 'guest-powered-off' }, null],
  [{ ended: 'guest-powered-off', reboots: 1 }, 'The installer rebooted once in the VM.'],
  [{ ended: 'guest-rebooted', reboots: 0 }, 'The reboot of the installer ended the VM.'],
  [
    { ended: 'guest-rebooted', reboots: 2 },
    'The reboot of the installer ended the VM, after it had rebooted there 2 times.',
  ],
])('the reboots of the installer are told at the end: %j', (attend, text) => {
  expect(rebootsText({ attend })).toBe(text);
  const report = JSON.stringify(milestonesOf(installAt('release', {}, { phase: 'done', facts: { attend } })));
  if (text !== null) expect(report).toContain(text);
});
