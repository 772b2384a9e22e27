import type { InstallRecord } from '../../core/contracts/install.ts';
import { XepaError } from '../../core/errors.ts';
import type { HostStream, Targets } from '../target.ts';
import { followCommand } from './follow.ts';
import { SerialLine } from './line.ts';
import { type PortPlace, portPlace, type SerialPort } from './ports.ts';

/** The serial ports that somebody in this process looks at. */
export interface SerialLines {
  /** @throws XepaError unreachable, host-key-changed, not-allowed, sealed-by-other-key, vm-failed */
  join(record: InstallRecord, port: SerialPort): Promise<HostStream>;
}

export function createSerialLines(targets: Pick<Targets, 'openWith'>): SerialLines {
  const lines = new Map<string, Promise<SerialLine>>();

  async function start(record: InstallRecord, place: PortPlace, key: string): Promise<SerialLine> {
    const follow = await targets.openWith(record, (shell) => shell.stream(followCommand(place.log)));
    return new SerialLine({
      follow,
      openPort: () => targets.openWith(record, (shell) => shell.forward(place.socket)),
      onClose: () => void lines.delete(key),
    });
  }

  function lineOf(record: InstallRecord, place: PortPlace): Promise<SerialLine> {
    // A VM that was started anew elsewhere is another line.
    const key = JSON.stringify([record.id, place.socket, record.facts.reach?.bootId]);
    const known = lines.get(key);
    if (known !== undefined) return known;
    const line = start(record, place, key);
    lines.set(key, line);
    line.catch(() => lines.delete(key));
    return line;
  }

  return {
    async join(record, port) {
      const place = portPlace(record, port);
      if (!place) throw noPort(record.id);
      return (await lineOf(record, place)).join();
    },
  };
}

function noPort(installId: string): XepaError {
  return new XepaError('vm-failed', {
    message: `install ${installId} has no serial log in its record`,
    userMessage:
      'This virtual machine was started before its serial ports could be shown here. The next install has them.',
  });
}
