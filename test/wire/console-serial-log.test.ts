import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConsoleBench, serialPaths, startConsoleBench } from '../support/console-bench.ts';

let bench: ConsoleBench;

beforeAll(async () => {
  bench = await startConsoleBench({}, undefined, { run: 'sh' });
}, 60_000);

afterAll(() => bench.close());

/** An install whose first port has said that. */
async function openInstall(id: string, said: Buffer = Buffer.alloc(0)): Promise<void> {
  const log = serialPaths(bench.dir, id).serialLogs[0] ?? '';
  await writeFile(log, said);
  await bench.install(id);
}

describe('the download', () => {
  const save = (id: string, cookie: string, headers = {}) =>
    bench.ask(`/api/console/${id}/serial/1/log`, { cookie, body: {}, headers });

  it('has every byte since the start, for somebody who only watches too, and stands in the audit trail', async () => {
    const said = Buffer.from('<script>alert(1)</script>\x1b]52;c;aGk=\x07\xff\r\n'.repeat(20_000), 'latin1');
    await openInstall('xe-log01', said);
    const response = await save('xe-log01', await bench.enter('xe-log01', 'U02BOB', 'view'));
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="xe-log01-serial1.log"');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(Buffer.from(await response.arrayBuffer()).equals(said)).toBe(true);
    const events = await bench.store.events('xe-log01');
    expect(events.at(-1)).toMatchObject({ type: 'console-serial-log', actor: { id: 'U02BOB' }, detail: { port: '1' } });
  });

  it('is refused to others, to foreign pages, and without a port', async () => {
    await openInstall('xe-log02');
    await openInstall('xe-log03');
    const cookie = await bench.enter('xe-log02');
    expect((await save('xe-log03', cookie)).status).toBe(403);
    expect((await save('xe-log02', cookie, { Origin: 'https://evil.example' })).status).toBe(403);
    expect((await bench.ask('/api/console/xe-log02/serial/9/log', { cookie, body: {} })).status).toBe(404);
  });
});
