import { connect, type Socket } from 'node:net';

/** To a host that takes connections and says nothing, a further one is made this often. Milliseconds. */
const AGAIN_MS = 2_000;
/** So many are open at once: each costs a slow server a process, and has three times as long to be answered. */
const MOST = 3;

/**
 * A connection on which the other side has spoken, as an SSH server does first of all (RFC 4253, 4.2); what it said is still to be
 * read. While a machine restarts, a connection may be taken by its network, or its request be lost, long before anything can
 * answer: that one hears nothing for seconds after the server is up, where a new one is answered at once.
 * @param over ends it, with its own reason
 * @throws Error of the last connection when none is left
 */
export function dial(
  { host, port }: { host: string; port: number },
  over: AbortSignal,
  againMs: number = AGAIN_MS,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const open = new Set<Socket>();
    const settle = (act: () => void, kept?: Socket) => {
      clearInterval(again);
      over.removeEventListener('abort', stop);
      for (const socket of open) if (socket !== kept) socket.destroy();
      open.clear();
      act();
    };
    const stop = () => settle(() => reject(over.reason));
    const lose = (socket: Socket, error: Error) => {
      if (open.delete(socket) && open.size === 0) settle(() => reject(error));
    };
    const add = () => {
      const [oldest] = open;
      if (oldest && open.size === MOST) {
        open.delete(oldest);
        oldest.destroy();
      }
      const socket = connect({ host, port });
      open.add(socket);
      socket.on('error', (error) => lose(socket, error));
      socket.once('end', () => lose(socket, new Error('it hung up without a word')));
      socket.once('readable', () => {
        if (!open.has(socket) || socket.readableLength === 0) return;
        socket.removeAllListeners('end');
        settle(() => resolve(socket), socket);
      });
    };
    const again = setInterval(add, againMs);
    over.addEventListener('abort', stop, { once: true });
    if (over.aborted) stop();
    else add();
  });
}
