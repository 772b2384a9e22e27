import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An API on loopback that says yes to whatever it is asked, with what Slack answers to `auth.test`. */
export async function startYesApi(): Promise<{ url: string; stop(): void }> {
  const identity = {
    ok: true,
    url: 'https://t.example/',
    team: 'T',
    team_id: 'T1',
    user: 'xepa',
    user_id: 'U1',
    bot_id: 'B1',
  };
  const server = createServer((request, response) => {
    request.resume();
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(identity));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
