/** What a cell of the matrix is made of, in the order of the table. */
export const axes = {
  firmware: ['bios', 'uefi'],
  bus: ['nvme', 'ahci'],
  rung: ['passthrough', 'raw-block'],
  iso: ['mini', 'debian', 'grub'],
} as const;

export interface Cell {
  firmware: (typeof axes.firmware)[number];
  bus: (typeof axes.bus)[number];
  rung: (typeof axes.rung)[number];
  iso: (typeof axes.iso)[number];
}

/** How people write them. */
export const spelled: Record<string, string> = {
  ...{ bios: 'BIOS', uefi: 'UEFI', nvme: 'NVMe', ahci: 'AHCI', 'raw-block': 'raw block' },
  ...{ mini: 'mini', debian: 'Debian', grub: 'GRUB' },
};

export function cells(): Cell[] {
  return axes.iso.flatMap((iso) =>
    axes.firmware.flatMap((firmware) =>
      axes.bus.flatMap((bus) => axes.rung.map((rung) => ({ firmware, bus, rung, iso }))),
    ),
  );
}

/** `bios,nvme,passthrough,mini`: as `--only` takes it. */
export function nameOf({ firmware, bus, rung, iso }: Cell): string {
  return [firmware, bus, rung, iso].join(',');
}

/**
 * The cells that a wish such as `uefi,mini` names: words of one axis widen it, words of several narrow it.
 * @throws when a word stands on no axis
 */
export function chosen(wish: string): Cell[] {
  const words = new Set(wish.split(',').map((word) => word.trim()));
  const known = new Set<string>(Object.values(axes).flat());
  for (const word of words) if (!known.has(word)) throw new Error(`${word} is none of ${[...known].join(', ')}`);
  const fits = (values: readonly string[], value: string) =>
    words.has(value) || !values.some((other) => words.has(other));
  return cells().filter(
    ({ firmware, bus, rung, iso }) =>
      fits(axes.firmware, firmware) && fits(axes.bus, bus) && fits(axes.rung, rung) && fits(axes.iso, iso),
  );
}

/** The scenes of `npm test` that go through a cell as well. */
const scenes: Record<string, string> = {
  'bios,nvme,passthrough,mini': 'install, cancel, crash',
  'bios,nvme,raw-block,mini': 'ladder',
  'bios,ahci,passthrough,mini': 'own-rescue',
  'uefi,nvme,passthrough,mini': 'hetzner-uefi',
};

/** Names of the files in `test/e2e`, without their ending; empty when only the matrix goes there. */
export function sceneOf(cell: Cell): string {
  return scenes[nameOf(cell)] ?? '';
}
