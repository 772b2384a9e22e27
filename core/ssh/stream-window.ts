import type { ClientChannel } from 'ssh2';

/**
 * Bytes that a device may send before we have taken the first of them. ssh2's 2 MiB fill the device's sshd with what
 * its viewers have not read yet: measured with 50 viewers of one install, a quarter takes 0.4 of sshd's processor time
 * and moves 1.5 times as much. It is more than one update of a screen, so a distant device is no slower for it.
 */
const WINDOW = 512 * 1024;
const HALF = WINDOW / 2;

/** What ssh2 has no option for. A version that is made otherwise keeps its own window; a test would tell. */
interface Protocol {
  openssh_directStreamLocal(channel: number, window: number, packet: number, to: object): void;
  channelWindowAdjust(recipient: number, bytes: number): void;
}
interface Inside {
  incoming: { window: number };
  outgoing: { id: number; state: string };
}

interface Taker {
  inside: Inside;
  take(bytes: number): void;
}

/** The windows of the streams of one connection. */
export interface StreamWindows {
  /** To be called in the very turn in which the stream is opened: nothing has arrived yet. */
  keep(channel: ClientChannel): void;
}

/** @param client an ssh2 Client that is connected */
export function narrowStreams(client: object): StreamWindows {
  const protocol = (client as { _protocol?: Protocol })._protocol;
  if (!protocol?.openssh_directStreamLocal || !protocol.channelWindowAdjust) return { keep: () => undefined };
  const open = protocol.openssh_directStreamLocal.bind(protocol);
  const grant = protocol.channelWindowAdjust.bind(protocol);
  const takers = new Map<number, Taker>();
  protocol.openssh_directStreamLocal = (channel, _window, packet, to) => open(channel, WINDOW, packet, to);
  protocol.channelWindowAdjust = (recipient, bytes) => {
    const taker = takers.get(recipient);
    // The device gives a closed stream's number to the next one, while somebody may still read what the old one left.
    if (taker && taker.inside.outgoing.state !== 'closed') taker.take(bytes);
    else grant(recipient, bytes);
  };
  return {
    keep(channel) {
      const inside = channel as unknown as Inside;
      const { id } = inside.outgoing;
      const taker = { inside, take: windowOf(channel, inside, (bytes) => grant(id, bytes)) };
      takers.set(id, taker);
      channel.once('close', () => {
        if (takers.get(id) === taker) takers.delete(id);
      });
    },
  };
}

/**
 * ssh2 believes that its own window is half empty all the time, so it reports every packet. We give the device as much
 * again once it used up half of the real window, unless the reader is behind.
 * @returns called with what ssh2 would grant
 */
function windowOf(channel: ClientChannel, inside: Inside, grant: (bytes: number) => void): (bytes: number) => void {
  const whole = inside.incoming.window;
  const half = whole / 2;
  let owed = 0;
  inside.incoming.window = half;
  const settle = () => {
    if (owed < HALF || channel.readableLength > HALF || inside.outgoing.state === 'closed') return;
    const bytes = owed;
    owed = 0;
    grant(bytes);
  };
  const read = channel.read.bind(channel);
  channel.read = (size?: number) => {
    const bytes = read(size);
    settle();
    return bytes;
  };
  return (bytes) => {
    owed += bytes - (whole - half);
    inside.incoming.window = half;
    settle();
  };
}
