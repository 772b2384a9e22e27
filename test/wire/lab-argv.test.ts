import { describe, expect, it } from 'vitest';
import { DEFAULT_MACHINE } from '../lab/lab.ts';
import { type Acceleration, machineArgv } from '../lab/machine/argv.ts';
import type { BootTarget, MachineSpec } from '../lab/machine/spec.ts';

const files = {
  disk: '/r/d',
  vars: '/r/v',
  serial2: '/r/s2',
  vmlinux: '/i/vmlinux',
  bzImage: '/i/vmlinuz',
  rescueInitrd: '/i/r',
};

function argv(
  change: Partial<MachineSpec> = {},
  target: BootTarget = 'rescue',
  acceleration: Acceleration = 'tcg',
): string {
  const spec: MachineSpec = {
    ...DEFAULT_MACHINE,
    ...{ id: '0d0e1f2a-0000-4000-8000-000000000001', hostname: 'web-01', number: 1, address: '127.0.77.1' },
    ...{ sshPort: 2222, sitePort: 8080 },
    ...change,
  };
  return machineArgv(spec, { target, acceleration, files }).join(' ');
}

describe('the arguments of a lab machine', () => {
  it('boots rescue without firmware in between, and marks it as a provider does', () => {
    expect(argv()).toContain(
      '-kernel /i/vmlinux -initrd /i/r -append console=ttyS0 quiet packet_action=rescue intel_iommu=on nohz=off highres=off no_timer_check norandmaps',
    );
  });

  it('boots the disk with nothing else to boot from', () => {
    expect(argv({}, 'disk')).not.toContain('-kernel');
    expect(argv({}, 'disk')).toContain('nvme,drive=disk,serial=XEPANVME01,bus=rp2,bootindex=1');
  });

  it('leaves the IOMMU off in the kernel where the machine says so', () => {
    expect(argv({ iommu: 'off' })).toContain('packet_action=rescue intel_iommu=off');
  });

  it('tells the kernel of rescue what a boot service wants it to be told', () => {
    expect(argv({ rescueParameters: 'sshkey="ssh-ed25519 AAAA me" quiet' })).toContain(
      'no_timer_check norandmaps sshkey="ssh-ed25519 AAAA me" quiet ',
    );
  });

  it('lets UEFI start a kernel that can see its firmware', () => {
    const said = argv({ firmware: 'uefi' });
    expect(said).toContain('-kernel /i/vmlinuz ');
    expect(said).toContain('if=pflash,format=raw,file=/r/v');
  });

  it('cuts the guest off from everything but SSH and the doors that are named', () => {
    const said = argv({ guestForwards: [{ guestPort: 8443, hostPort: 3001 }] });
    expect(said).toContain(
      'user,id=lifeline,restrict=on,hostfwd=tcp:127.0.77.1:2222-:22,' +
        'guestfwd=tcp:10.0.2.100:80-cmd:socat STDIO TCP4:127.0.0.1:8080,' +
        'guestfwd=tcp:10.0.2.100:8443-cmd:socat STDIO TCP4:127.0.0.1:3001',
    );
    expect(said).toContain('user,id=passthrough,restrict=on');
  });

  it('puts NIC and disk controller behind a root port each: an IOMMU group each', () => {
    const said = argv({ disk: 'ahci' });
    expect(said).toContain('e1000e,netdev=passthrough,mac=52:54:00:bb:00:01,romfile=,bus=rp1');
    expect(said).toContain('ahci,id=sata,bus=rp2');
    expect(said).toContain('ide-hd,drive=disk,bus=sata.0,serial=XEPASATA01');
  });

  it('puts both ports and the disk behind one bridge to conventional PCI where they are to share a group', () => {
    const said = argv({ groups: 'together' });
    expect(said).toContain('-device pcie-pci-bridge,id=pci,bus=pcie.0,addr=0x4');
    expect(said).toContain('mac=52:54:00:aa:00:01,romfile=,bus=pci,addr=0x1');
    expect(said).toContain('mac=52:54:00:bb:00:01,romfile=,bus=pci,addr=0x2');
    expect(said).toContain('nvme,drive=disk,serial=XEPANVME01,bus=pci,addr=0x3,bootindex=1');
    expect(said).not.toContain('pcie-root-port');
  });

  it('splits the interrupt chip for KVM, where the emulated IOMMU needs it', () => {
    expect(argv({}, 'rescue', 'kvm')).toContain('-machine q35,kernel-irqchip=split -accel kvm -cpu host');
    expect(argv()).toContain('-machine q35 -accel tcg -cpu max');
  });

  it('tells the guest who it is', () => {
    expect(argv()).toContain('product=Lab Server,version=1,serial=LAB00001,uuid=0d0e1f2a-0000-4000-8000-000000000001');
  });
});
