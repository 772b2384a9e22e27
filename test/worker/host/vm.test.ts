import { describe, expect, it } from 'vitest';
import { armDeadMan, feedDeadMan } from '../../../worker/host/dead-man.ts';
import { loadModules } from '../../../worker/host/modules.ts';
import { killVm, launchVm, removeDir, vmState } from '../../../worker/host/vm.ts';

function printed(...lines: string[]) {
  return { stdout: [...lines, '## xepa end', ''].join('\n'), stderr: '', exitCode: 0 };
}

describe('launchVm', () => {
  const command = launchVm({ argv: ['qemu-system-x86_64', '-name', 'a b'], dir: '/run/xepa/xe-1', varsTemplate: null });

  it('hands the command line to the script as arguments', () => {
    expect(command.argv).toEqual([
      'sh',
      '-s',
      '--',
      '/run/xepa/xe-1',
      '',
      '',
      '',
      'qemu-system-x86_64',
      '-name',
      'a b',
    ]);
  });

  it('says which ACPI tables to lay out for it, and that a TPM is to be started', () => {
    const { argv } = launchVm({
      ...{ argv: ['q'], dir: '/d', varsTemplate: '/v.fd', acpiTables: ['SLIC', 'MSDM'], tpm: true },
    });
    expect(argv.slice(3)).toEqual(['/d', '/v.fd', 'SLIC MSDM', 'tpm', 'q']);
  });

  it('tells no serial number when QEMU repeats an option that it does not take', () => {
    const log = 'qemu: -smbios type=1,serial=SECRET 1,uuid=4c4c4544: Invalid parameter';
    expect(() => command.parse(printed('## xepa status', '1', '## xepa pid', '', '## xepa log', log))).toThrow(
      expect.objectContaining({ userMessage: expect.stringMatching(/type=1,serial=…,uuid=…/) }),
    );
  });

  it('answers with the pid', () => {
    expect(command.parse(printed('## xepa status', '0', '## xepa pid', '412', '## xepa log'))).toEqual({ pid: 412 });
  });

  it.each([
    ['vfio 0000:02:00.0: group 6 is not viable', /viable\. Ask again with `--rung raw-block`.*`--nic emulated`/],
    [
      'vfio 0000:01:00.0: VFIO_MAP_DMA failed: Cannot allocate memory',
      /allocate memory\. The server has not as much memory/,
    ],
    [
      "-device nvme: 'nvme' is not a valid device model name",
      /model name\. The QEMU of this rescue system is a smaller build/,
    ],
    ['something else', /did not start: something else$/],
  ])("fails with QEMU's own words, and says what to do: %s", (log, sentence) => {
    expect(() => command.parse(printed('## xepa status', '1', '## xepa pid', '', '## xepa log', log))).toThrow(
      expect.objectContaining({ code: 'vm-failed', userMessage: expect.stringMatching(sentence) }),
    );
  });
});

describe('vmState', () => {
  it('feeds the dead-man timer only when asked to', () => {
    expect(vmState('/d').argv.at(-1)).toBe('look');
    expect(vmState('/d', { feedDeadMan: true }).argv.at(-1)).toBe('feed');
  });

  it('tells that the VM is gone because the timer fired', () => {
    const state = vmState('/d').parse(printed('## xepa pid', '', '## xepa dead-man', 'fired', '## xepa log'));
    expect(state).toMatchObject({ pid: null, deadMan: { armed: false, fired: true }, logTail: '' });
  });
});

describe('killVm', () => {
  it('is not content with a process that stays', () => {
    expect(() => killVm('/d').parse(printed('## xepa pid', '7'))).toThrow(
      expect.objectContaining({ code: 'vm-failed' }),
    );
    expect(killVm('/d').parse(printed('## xepa pid', ''))).toBeUndefined();
  });
});

describe('removeDir', () => {
  it('takes no folder name for an option', () => {
    expect(removeDir('-x').argv).toEqual(['rm', '-rf', '--', '-x']);
  });
});

describe('armDeadMan', () => {
  const command = armDeadMan({
    dir: '/run/x',
    seconds: 900,
    reboot: false,
    previous: [{ address: '0000:02:00.0', driver: 'nvme' }],
  });

  it('knows which drivers to give the hardware back to', () => {
    expect(command.argv).toEqual(['sh', '-s', '--', '/run/x', '900', 'stay', '0000:02:00.0=nvme']);
  });

  it('tells whether the timer runs and whether it has fired', () => {
    expect(command.parse(printed('## xepa dead-man', 'armed'))).toEqual({ armed: true, fired: false });
    expect(feedDeadMan('/run/x').parse(printed('## xepa dead-man', 'fired'))).toEqual({ armed: false, fired: true });
  });
});

describe('loadModules', () => {
  it('asks for the module of the processor', () => {
    expect(loadModules({ virtualization: 'vmx', firmware: 'uefi' }).argv[3]).toBe('kvm-intel');
    expect(loadModules({ virtualization: 'none', firmware: 'uefi' }).argv[3]).toBe('');
  });

  it('tells what the server can do now', () => {
    const output = printed(
      '## xepa kvm',
      'yes',
      '## xepa vfio',
      '## xepa qemu',
      '/usr/bin/q',
      '## xepa ovmf',
      '/c\t/v',
    );
    expect(loadModules({ virtualization: 'svm', firmware: 'uefi' }).parse(output)).toMatchObject({
      kvm: true,
      vfio: false,
      qemu: '/usr/bin/q',
      ovmf: { code: '/c', vars: '/v' },
    });
  });

  it('takes firmware with keys where Secure Boot is wanted', () => {
    const described = (code: string, features: string) =>
      `{"interface-types":["uefi"],"mapping":{"device":"flash","executable":{"filename":"${code}","format":"raw"},"nvram-template":{"filename":"/v","format":"raw"}},"targets":[{"architecture":"x86_64","machines":["pc-q35-*"]}],"features":[${features}]}`;
    const output = printed(
      ...['## xepa ovmf', '## xepa firmware-descriptions'],
      `/usr/share/qemu/firmware/40.json\t${described('/ms', '"secure-boot","enrolled-keys","requires-smm"')}`,
      `/usr/share/qemu/firmware/60.json\t${described('/plain', '')}`,
      ...['## xepa firmware-files', '/ms', '/plain', '/v'],
    );
    const survey = { virtualization: 'svm', firmware: 'uefi' } as const;
    expect(loadModules(survey, { secureBoot: true, version: false }).parse(output).ovmf).toMatchObject({
      code: '/ms',
      smm: true,
    });
    expect(loadModules(survey).parse(output).ovmf).toMatchObject({ code: '/plain', smm: false });
  });
});
