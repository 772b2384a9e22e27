import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connectRedis } from '../../core/redis.ts';
import { freePort } from '../support/free-port.ts';
import { startYesApi } from '../support/yes-api.ts';

/** What the processes need around them: a real Redis, and an API that says yes to whatever it is asked. */
export interface Neighbours {
  redisUrl: string;
  apiUrl: string;
  stop(): Promise<void>;
}

/** Starts both on loopback; by TCP, for a container cannot see a unix socket of ours. */
export async function startNeighbours(): Promise<Neighbours> {
  const port = await freePort();
  const redisUrl = `redis://127.0.0.1:${port}`;
  const argv = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--maxmemory-policy', 'noeviction'];
  const redis = spawn('redis-server', argv, { stdio: 'ignore', cwd: '/' });
  const probe = await connectRedis(redisUrl, 'consumer');
  probe.disconnect();
  const api = await startYesApi();
  return {
    redisUrl,
    apiUrl: api.url,
    async stop() {
      api.stop();
      redis.kill('SIGTERM');
      await once(redis, 'exit');
    },
  };
}
