import { createServer, type Server } from 'node:http';
import type { Express } from 'express';

export interface Listening {
  port: number;
  close: () => Promise<void>;
}

/** Serves on 127.0.0.1, on a free port unless one is given. Closing cuts what is still open. */
export async function listen(app: Express, port = 0): Promise<Listening> {
  const server: Server = createServer(app);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
