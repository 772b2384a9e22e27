import { afterEach, beforeEach, expect, it } from 'vitest';
import { startHealthServer } from '../../core/health-server.ts';

let working: boolean;
let server: Awaited<ReturnType<typeof startHealthServer>>;

beforeEach(async () => {
  working = true;
  const redis = () => (working ? Promise.resolve() : Promise.reject(new Error('away')));
  server = await startHealthServer({ port: 0, host: '127.0.0.1', checks: { redis } });
});
afterEach(() => server.close());

const ask = (path = '/healthz', method = 'GET') => fetch(`http://127.0.0.1:${server.port}${path}`, { method });

it('answers 200 while every part works, and 503 with the name of the part that does not', async () => {
  const well = await ask();
  expect([well.status, await well.json()]).toEqual([200, { redis: 'ok' }]);
  working = false;
  const ill = await ask();
  expect([ill.status, await ill.json()]).toEqual([503, { redis: 'down' }]);
});

it('answers nothing else', async () => {
  expect((await ask('/')).status).toBe(404);
  expect((await ask('/healthz', 'POST')).status).toBe(404);
});

it('says which port is taken', async () => {
  const again = startHealthServer({ port: server.port, host: '127.0.0.1', checks: {} });
  await expect(again).rejects.toThrow(`EADDRINUSE: address already in use 127.0.0.1:${server.port}`);
});

it('closes although a browser keeps its connection', async () => {
  await ask();
  await server.close();
  await expect(ask()).rejects.toThrow('fetch failed');
});
