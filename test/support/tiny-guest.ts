/**
 * The smallest operating system that a test can talk about: it says one letter to its serial port and powers off when
 * the power button is pressed (by ACPI, as QEMU's PC has it at 0x600). One whose letter is C locks the tray of the CD
 * drive first, as installers do (an ATAPI PREVENT MEDIUM REMOVAL to the master of the second IDE channel).
 *
 * cli; mov letter, bl; out bl, 0x3f8; cmp bl, 'C'; jne power; select the drive; packet command; wait for DRQ;
 * 1e 00 00 00 01 00 …; power: enable the button in 0x602; poll: sti; hlt; in 0x600; test 0x100; jz poll; S5 to 0x604
 */
const code = Buffer.from(
  'fab343baf80388d8ee80fb43752dba7601b0a0eeba710130c0eeba7401ee42eeba7701b0a0eeeca80874fb' +
    'ba7001b81e00ef31c0ef40ef48efefefba0206b80001effbf4ba0006eda9000174f5ba0406b80020efebec',
  'hex',
);
const LETTER_AT = 2;
const SECTOR = 2048;

/** Its 512 bytes, for a disk: signed as bootable. */
export function tinyDisk(letter: string): Buffer {
  const sector = Buffer.alloc(64 * 1024);
  programOf(letter).copy(sector);
  sector.writeUInt16LE(0xaa55, 510);
  return sector;
}

/** The same on a CD: El Torito without emulation. @param place how many sectors it has, and in which one its program begins */
export function tinyIso(letter: string, place = { sectors: 512, program: 20 }): Buffer {
  const iso = Buffer.alloc(place.sectors * SECTOR);
  iso.write('\x01CD001\x01', 16 * SECTOR, 'latin1');
  iso.write(`TINY-${letter}`.padEnd(32), 16 * SECTOR + 40, 'latin1');
  iso.write('\x00CD001\x01EL TORITO SPECIFICATION', 17 * SECTOR, 'latin1');
  iso.writeUInt32LE(19, 17 * SECTOR + 71);
  iso.write('\xffCD001\x01', 18 * SECTOR, 'latin1');
  const catalogue = iso.subarray(19 * SECTOR, 20 * SECTOR);
  // A validation entry whose sixteen words add up to zero, and the one entry that can be booted: four sectors.
  catalogue.set([1, 0], 0);
  catalogue.set([0x55, 0xaa], 30);
  catalogue.writeUInt16LE(0x10000 - (1 + 0xaa55), 28);
  catalogue.set([0x88, 0, 0, 0, 0, 0, 4, 0], 32);
  catalogue.writeUInt32LE(place.program, 40);
  programOf(letter).copy(iso, place.program * SECTOR);
  return iso;
}

function programOf(letter: string): Buffer {
  const program = Buffer.from(code);
  program.write(letter, LETTER_AT, 'latin1');
  return program;
}
