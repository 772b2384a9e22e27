/** The drive with the installer's CD: its id on QEMU's command line, for QMP. */
export const cdDeviceId = 'cd';

/** Places in the order of boot: the CD before the disk for one boot, and behind it for all others. */
export const bootIndex = { cdFirst: 1, disk: 2, cdLast: 9 } as const;
