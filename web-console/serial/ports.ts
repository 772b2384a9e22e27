import { z } from 'zod';
import type { InstallRecord } from '../../core/contracts/install.ts';

/** How people count the VM's serial ports; the guest's ttyS0 and ttyS1. */
export const SerialPort = z.enum(['1', '2']);
export type SerialPort = z.infer<typeof SerialPort>;

/** Where a serial port is on the device. */
export interface PortPlace {
  /** QEMU's end of the line; it talks to one client at a time. */
  socket: string;
  /** Everything the port has said since the VM was started, and goes on saying. */
  log: string;
}

/** Null where the VM was started before its logs were written down, or is not there. */
export function portPlace(record: InstallRecord, port: SerialPort): PortPlace | null {
  const { launch } = record.facts;
  const socket = launch?.serial[Number(port) - 1];
  const log = launch?.serialLogs[Number(port) - 1];
  return socket === undefined || log === undefined ? null : { socket, log };
}

/** How many ports the page can show. */
export function portCount(record: InstallRecord): number {
  return SerialPort.options.filter((port) => portPlace(record, port) !== null).length;
}
