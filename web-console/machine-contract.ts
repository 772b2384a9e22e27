/** What QEMU says of the VM; null where nobody asked it. */
export type PowerState = 'running' | 'paused' | 'off' | null;

/** What a person may do to the VM's power, and where it starts from. */
export type PowerAction =
  | 'acpi-shutdown'
  | 'reset'
  | 'pause'
  | 'resume'
  | 'off'
  | 'on'
  | 'boot-cd'
  | 'boot-disk'
  | 'installer';

/** A disc for the drive: the ISO of the install, one that was fetched since, or one in somebody's browser. */
export type DiscId = 'own' | 'other' | 'browser';

/** The VM's CD drive as QEMU tells of it. */
export interface Drive {
  trayOpen: boolean;
  /** The guest has locked the tray. */
  held: boolean;
  /** Path of what is in it, on the server, or what a disc in a browser is called there; null when it is empty. */
  file: string | null;
}

/** The VM's power and its drive, as a person sees them. */
export interface MachineView {
  power: PowerState;
  /** Null where QEMU did not tell. `disc` is a name, null when the drive is empty. */
  drive: { trayOpen: boolean; held: boolean; disc: string | null } | null;
  /** Those that can be put in. */
  discs: { id: DiscId; name: string; inDrive: boolean }[];
}

/** What becomes of another ISO that somebody asked for. */
export interface DiscFetch {
  name: string;
  state: 'asked' | 'waiting' | 'fetching' | 'uploading' | 'checking' | 'ready' | 'refused' | 'failed';
  /** Bytes; null where that is not known. */
  done: number | null;
  total: number | null;
  why: string | null;
  /** It comes from somebody's computer: `by` is how they are called, null where that is not known. */
  upload: { n: number; mine: boolean; by: string | null } | null;
}

/** The answer to a look: the machine, and the newest wish for another ISO. */
export type MachineLook = MachineView & { fetch: DiscFetch | null };
