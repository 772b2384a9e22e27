import type { RescueSystem, SerialPort } from '../../core/contracts/hardware.ts';
import type { Survey } from '../../core/contracts/survey.ts';
import { firstLine, linesOf, type Sections } from './sections.ts';

type Rescue = Pick<Survey, 'os' | 'rescue' | 'cmdline' | 'tools' | 'serialPorts'>;

/** The first that is there: a system may bring more than one. */
const packageManagers = ['apk', 'apt-get', 'dnf', 'yum', 'zypper', 'pacman'];

/** The rescue system itself, and where it speaks. */
export function parseRescue(sections: Sections): Rescue {
  const tools = linesOf(sections, 'tools').map((line) => line.trim());
  const cmdline = firstLine(sections, 'cmdline');
  const release = releaseOf(sections);
  return {
    os: {
      id: release.get('ID') ?? '',
      version: release.get('VERSION_ID') ?? '',
      kernel: firstLine(sections, 'kernel'),
    },
    rescue: systemOf(sections, tools),
    ...{ cmdline, tools, serialPorts: serialPortsOf(sections, cmdline) },
  };
}

/** Lines `NAME="value"` of /etc/os-release. */
function releaseOf(sections: Sections): Map<string, string> {
  return new Map(
    linesOf(sections, 'os').map((line) => {
      const equals = line.indexOf('=');
      return [line.slice(0, equals), line.slice(equals + 1).replace(/^(["'])(.*)\1$/, '$2')];
    }),
  );
}

function systemOf(sections: Sections, tools: readonly string[]): RescueSystem {
  const release = releaseOf(sections);
  const [first = '', manager] = linesOf(sections, 'init').map((line) => line.trim());
  return {
    name: release.get('PRETTY_NAME') ?? release.get('NAME') ?? '',
    like: (release.get('ID_LIKE') ?? '').split(' ').filter((id) => id !== ''),
    init: manager ?? first,
    packageManager: packageManagers.find((name) => tools.includes(name)) ?? '',
  };
}

/** Lines `0: uart:16550A port:000003F8 irq:4 …` of /proc/tty/driver/serial, and the consoles that the command line names. */
function serialPortsOf(sections: Sections, cmdline: string): SerialPort[] {
  const speeds = new Map(
    Array.from(cmdline.matchAll(/(?:^|\s)console=(ttyS\d+)(?:,(\d+))?/g), ([, name = '', speed]) => [
      name,
      speed === undefined ? null : Number(speed),
    ]),
  );
  const active = firstLine(sections, 'consoles').split(' ');
  return linesOf(sections, 'serial').flatMap((line) => {
    const [, number, uart = 'unknown', port = ''] = /^(\d+): uart:(\S+)(?: port:([0-9A-F]+))?/i.exec(line) ?? [];
    if (number === undefined || uart === 'unknown') return [];
    const name = `ttyS${number}`;
    const isConsole = speeds.has(name) || active.includes(name);
    const short = port.replace(/^0+(?=.{4})/, '').toLowerCase();
    return [{ name, port: short, console: isConsole, speed: speeds.get(name) ?? null }];
  });
}
