import express from 'express';
import type { FakeApi } from '../fakes/fake-api.ts';
import type { PretendMachine } from '../fakes/pretend-machine.ts';
import { listen } from '../lab/cloud/listen.ts';

/** A fake on a free port of loopback, with what the suites of all providers ask of one. `path`: below which it answers. */
export async function serveFake(api: FakeApi, machine: PretendMachine, path = '') {
  const web = await listen(express().use(path || '/', api.router));
  return {
    url: `http://127.0.0.1:${web.port}${path}`,
    fail: api.fail,
    heal: () => api.heal(),
    /** Requests that came so far. */
    calls: () => api.requests.length,
    /** What the machine was started into so far, when all that was asked for is done. */
    async restarts() {
      await api.settled();
      return machine.starts.filter((target) => target === 'rescue' || target === 'disk');
    },
    async close() {
      await api.close();
      await web.close();
    },
  };
}
