import type { LicenceTable } from '../../core/contracts/machine-facts.ts';

/** Files of a VM on the server. All sockets are unix sockets in a folder of mode 0700; their names are short, since 107 characters is the limit. */
export interface VmPaths {
  vnc: string;
  /** For the worker. A QMP socket serves one client at a time. */
  qmp: string;
  /** For the console. */
  qmpConsole: string;
  /** For whoever waits for the guest's end. */
  qmpEvents: string;
  serial: [string, string];
  /** What the serial ports have said since the start, kept by QEMU. */
  serialLogs: [string, string];
  pidFile: string;
  log: string;
  /** A picture of the screen, for the moment until it is fetched. */
  screen: string;
  /** The install's own firmware variables (UEFI). */
  vars: string;
  /** Of the virtual TPM. */
  tpm: string;
  /** What QEMU told of the guest since the start: resets, its end. */
  events: string;
  /** Where what is written stays that must not reach the disk. */
  scratch: string;
}

/** Where everything of the VM in `dir` is. */
export function vmPaths(dir: string): VmPaths {
  return {
    vnc: `${dir}/vnc.sock`,
    qmp: `${dir}/qmp.sock`,
    qmpConsole: `${dir}/qmp-console.sock`,
    qmpEvents: `${dir}/qmp-events.sock`,
    serial: [`${dir}/serial0.sock`, `${dir}/serial1.sock`],
    serialLogs: [`${dir}/serial0.log`, `${dir}/serial1.log`],
    pidFile: `${dir}/qemu.pid`,
    log: `${dir}/qemu.log`,
    screen: `${dir}/screen.ppm`,
    vars: `${dir}/vars.fd`,
    tpm: `${dir}/tpm.sock`,
    events: `${dir}/events.log`,
    scratch: `${dir}/scratch`,
  };
}

/** The copy of an ACPI table of the server, for the moment in which QEMU starts. */
export function acpiTablePath(dir: string, table: LicenceTable): string {
  return `${dir}/acpi-${table}`;
}
