import { bootIndex } from '../../core/contracts/cd-drive.ts';
import type { BlockDisk } from '../../core/contracts/ladder.ts';
import type { PassedDevice, Plan } from '../../core/contracts/plan.ts';
import { vmPlanOf } from '../../core/contracts/vm-plan.ts';
import { layoutPci, type Place, portName, type RootPort } from './pci-layout.ts';
import { optionValue, printable } from './qemu-smbios.ts';

/**
 * Disk and network port, real or emulated, each where it is outside (pci-layout.ts). Option ROMs of real devices are
 * hidden unless somebody asked for them: many hang guest firmware.
 */
export function hardwareArgv(plan: Plan): string[] {
  const given = plan.passed.filter(({ purpose }) => purpose !== 'group-member');
  const emulatedNic = plan.nic.mode === 'emulated';
  const { ports, places } = layoutPci([
    ...given.map(({ address }) => address),
    ...(plan.block ? [plan.block.controller] : []),
    ...(emulatedNic ? [vmPlanOf(plan).nicAt] : []),
  ]);
  const at = (index: number) => placeOptions(places[index]);
  const rom = vmPlanOf(plan).rom ? '' : ',rombar=0';
  const number = given.length + (plan.block ? 1 : 0);
  return [
    ...ports.flatMap(rootPort),
    ...given.flatMap((device, index) => [
      '-device',
      `vfio-pci,host=${device.address},id=${device.purpose}${index},${at(index)}${rom}${placeInOrder(device)}`,
    ]),
    ...(plan.block ? blockArgv(plan.block, { id: `disk${given.length}`, place: at(given.length) }) : []),
    ...(emulatedNic
      ? [
          ...['-netdev', 'user,id=net0', '-device'],
          `e1000e,netdev=net0,id=nic${number},mac=${plan.nic.mac},${at(number)},romfile=`,
        ]
      : []),
  ];
}

/** Nothing is ever plugged into a running VM, and a port that could take something costs firmware address space. */
function rootPort({ number, slot }: RootPort): string[] {
  const where = `id=${portName(number)},bus=pcie.0,addr=0x${slot.toString(16)}`;
  return ['-device', `pcie-root-port,${where},chassis=${number},slot=${number},hotplug=off`];
}

function placeOptions(place: Place | undefined): string {
  const { bus = 'pcie.0', addr = '', multifunction = false } = place ?? {};
  return `bus=${bus},addr=${addr}${multifunction ? ',multifunction=on' : ''}`;
}

function placeInOrder(device: PassedDevice): string {
  return device.purpose === 'disk' ? `,bootindex=${bootIndex.disk}` : '';
}

/**
 * A disk that the rescue kernel drives, as a disk of its own kind with the same serial and sectors. Past the page cache, so
 * that what the guest flushes is on the disk; zeroes are written as zeroes, and what the guest discards is discarded.
 * As a snapshot QEMU opens the disk read-only, and keeps what is written in a temporary file under TMPDIR.
 */
function blockArgv(disk: BlockDisk, { id, place }: { id: string; place: string }): string[] {
  const serial = optionValue(disk.serial);
  const snapshot = disk.scratchMb === undefined ? '' : ',snapshot=on';
  const sectors = `logical_block_size=${disk.logicalSectorBytes},physical_block_size=${disk.physicalSectorBytes}`;
  const drive = `if=none,id=target,format=raw,file=${optionValue(disk.path)},cache=none,aio=threads,discard=unmap,detect-zeroes=off${snapshot}`;
  const rest = `serial=${serial},${sectors},bootindex=${bootIndex.disk}`;
  if (disk.bus === 'nvme') return ['-drive', drive, '-device', `nvme,drive=target,id=${id},${place},${rest}`];
  const model = printable(disk.model).slice(0, 40);
  const sata = `drive=target,id=${id},bus=sata.0,${model === '' ? '' : `model=${optionValue(model)},`}${rest}`;
  return ['-drive', drive, '-device', `ich9-ahci,id=sata,${place}`, '-device', `ide-hd,${sata}`];
}
