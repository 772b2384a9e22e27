import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

/** QEMU's control socket: greets one client at a time and remembers what it was told. */
export interface FakeQmp {
  path: string;
  /** Commands in the order in which they came, without the negotiation. */
  executed(): string[];
  close(): Promise<void>;
}

export async function startFakeQmp(path: string): Promise<FakeQmp> {
  const executed: string[] = [];
  const waiting: Socket[] = [];
  let served: Socket | null = null;
  const greetNext = () => {
    served = waiting.shift() ?? null;
    served?.write('{"QMP": {"version": {}, "capabilities": []}}\r\n');
  };
  const server = createServer((socket) => {
    waiting.push(socket);
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      for (const line of text.split('\n').filter((part) => part.trim() !== '')) answer(socket, line, executed);
    });
    socket.on('error', () => undefined);
    socket.once('close', () => {
      if (socket === served) greetNext();
    });
    if (!served) greetNext();
  });
  server.listen(path);
  await once(server, 'listening');
  return {
    path,
    executed: () => [...executed],
    async close() {
      for (const socket of [served, ...waiting]) socket?.destroy();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}

const results: Record<string, object> = { 'query-status': { status: 'running', running: true }, 'query-block': [] };

function answer(socket: Socket, line: string, executed: string[]): void {
  const { execute, id } = JSON.parse(line);
  if (execute !== 'qmp_capabilities') executed.push(execute);
  socket.write(`${JSON.stringify({ return: results[execute] ?? {}, id })}\r\n`);
  // As QEMU does, a moment after it has said yes.
  if (execute === 'system_reset') socket.write('{"event":"RESET","data":{"reason":"host-qmp-system-reset"}}\r\n');
}
