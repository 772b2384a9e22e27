import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../support/free-port.ts';
import { type Child, startProcess } from '../child.ts';
import { startGateway } from './gateway.ts';
import { type Line, openWebSocket } from './line.ts';
import { answers, type Sshd, startSshd, startTunnel } from './sshd.ts';

export const pathNames = ['XEPA', 'websockify', 'websockify + ssh -L', 'ws', 'ws + ssh -L'] as const;
export type PathName = (typeof pathNames)[number];

/** A way from a viewer to VNC sockets. */
export interface Path {
  name: PathName;
  /** A viewer of the screen with that number. */
  open(screen: number): Promise<Line>;
  /** The processes where the gateway runs, and those on the device. */
  here: number[];
  device: number[];
}

/** Where paths are laid: `keep` sees to it that what was started is stopped. */
export interface Place {
  /** Unix sockets that speak VNC: each is an install of its own, with its own SSH connection on every path. */
  screens: readonly string[];
  /** A folder for keys and sockets. */
  dir: string;
  keep<T extends Child>(starting: Promise<T>): Promise<T>;
}

/** Every path to the same sockets, each with processes of its own. */
export async function layPaths(place: Place): Promise<Path[]> {
  const { dir, keep } = place;
  return [
    await ours(place),
    await through(place, 'websockify', websockify),
    await through(place, 'websockify + ssh -L', websockify, await keep(startSshd(dir))),
    await through(place, 'ws', bareWs),
    await through(place, 'ws + ssh -L', bareWs, await keep(startSshd(dir))),
  ];
}

async function ours({ screens, dir, keep }: Place): Promise<Path> {
  const sshd = await keep(startSshd(dir));
  const gateway = await keep(startGateway(sshd));
  for (const [index, path] of screens.entries()) await gateway.addInstall(`xe-bench${index}`, path);
  const open = (screen: number) => gateway.open(`xe-bench${screen}`);
  return { name: 'XEPA', open, here: [gateway.pid], device: [sshd.pid] };
}

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const websockify = (port: number, socket: string) => ['websockify', `127.0.0.1:${port}`, `--unix-target=${socket}`];
const bareWs = (port: number, socket: string) => [process.execPath, file('./bare-ws.ts'), String(port), socket];

/** A bridge for each screen, with `ssh -L` behind it where a device is given. */
async function through(
  { screens, dir, keep }: Place,
  name: PathName,
  bridge: (port: number, socket: string) => string[],
  sshd?: Sshd,
): Promise<Path> {
  const ports: number[] = [];
  const here: number[] = [];
  for (const [index, there] of screens.entries()) {
    let socket = there;
    if (sshd) {
      socket = join(dir, `${sshd.port}-${index}.sock`);
      here.push((await keep(startTunnel(sshd, { here: socket, there }))).pid);
    }
    const port = await freePort();
    ports.push(port);
    here.push((await keep(startProcess(bridge(port, socket), () => answers({ port })))).pid);
  }
  const open = (screen: number) => openWebSocket(`ws://127.0.0.1:${ports[screen]}/`);
  return { name, open, here, device: sshd ? [sshd.pid] : [] };
}
