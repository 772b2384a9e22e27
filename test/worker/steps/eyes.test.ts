import { createHash, randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { pngSize } from '../../../core/png.ts';
import { ppmOf } from '../../fakes/model-screen.ts';
import { decodePng } from '../../support/decode-png.ts';
import { StepBench } from '../../support/step-bench.ts';

let bench: StepBench;
const waiting = { kind: 'waiting', ms: 10_000, why: 'the installer, at its console' };
const text = ppmOf(720, 400, (x, y) => y < 100 && (x * y) % 3 === 0);

beforeEach(async () => {
  bench = new StepBench();
  await bench.readyToBind();
  await bench.through('bind', 'launch', 'console');
  bench.device.screen.ppm = text;
});

const id = 'xe-7f3kq2';
const kinds = async () => (await bench.pictures.list(id)).map(({ kind }) => kind);
const wish = (what: 'picture' | 'logs', by = 'U02BOB', lines = 50) =>
  bench.wishes.add(id, { what, by, channel: 'C01GEN', lines, asFile: false });
const answers = async () => (await bench.wishes.all(id)).map(({ answer }) => answer);

describe('the first picture', () => {
  it('is taken once something is on the screen, and once only', async () => {
    bench.device.screen.ppm = ppmOf(720, 400, (x, y) => x < 9 && y < 16);
    expect(await bench.run('attend')).toEqual(waiting);
    expect(await kinds()).toEqual([]);
    bench.device.screen.ppm = text;
    for (let look = 0; look < 3; look += 1) expect(await bench.run('attend')).toEqual(waiting);
    expect(await bench.pictures.list(id)).toMatchObject([
      { kind: 'milestone:console-ready', step: 'attend', at: bench.clock.now(), width: 720, height: 400, askedBy: [] },
    ]);
    expect(bench.noticed).toEqual([id]);
  });

  it('shows what the screen showed, and leaves nothing on the device', async () => {
    await bench.run('attend');
    const png = (await bench.pictures.bytes(id, 'milestone:console-ready')) ?? Buffer.alloc(0);
    expect(decodePng(png).rgb).toEqual(text.subarray('P6\n720 400\n255\n'.length));
    const [about] = await bench.pictures.list(id);
    expect(about?.sha256).toBe(createHash('sha256').update(png).digest('hex'));
    expect([...bench.device.screen.files]).toEqual([]);
  });

  it('of a screen that stays blank is not asked for for ever', async () => {
    bench.device.screen.ppm = ppmOf(720, 400, () => false);
    await bench.run('attend');
    bench.clock.forward(6 * 60_000);
    bench.device.screen.ppm = text;
    await bench.run('attend');
    expect(await kinds()).toEqual([]);
  });
});

describe('a picture that somebody asks for', () => {
  it('is one for all who asked, named after the first, and each is answered', async () => {
    const first = await wish('picture');
    await wish('picture', 'U03CAROL');
    await bench.run('attend');
    const kind = `asked:${first.nonce}` as const;
    expect(await kinds()).toEqual([kind, 'milestone:console-ready']);
    expect((await bench.pictures.list(id))[0]?.askedBy).toEqual(['U02BOB', 'U03CAROL']);
    expect(await answers()).toEqual([
      { what: 'picture', kind },
      { what: 'picture', kind },
    ]);
  });

  it('is taken of a blank screen too', async () => {
    bench.device.screen.ppm = ppmOf(640, 480, () => false);
    await wish('picture');
    await bench.run('attend');
    expect(await answers()).toMatchObject([{ what: 'picture' }]);
  });

  it('is not taken for somebody who has given up', async () => {
    await wish('picture');
    bench.clock.forward(30_000);
    await bench.run('attend');
    expect(await answers()).toEqual([null]);
  });
});

describe('the logs of the VM', () => {
  it('go to who asked without secrets, as many lines as the most patient wants', async () => {
    bench.device.screen.logs = {
      'serial0.log': '## xepa end\nboot\nroot password=hunter2\nlogin:\n',
      'serial1.log': 'agent\n',
      'qemu.log': 'one\ntwo\nthree https://u:p@host/x\n',
    };
    await wish('logs', 'U02BOB', 1);
    await wish('logs', 'U03CAROL', 2);
    await bench.run('attend');
    const logs = {
      what: 'logs',
      serial: 'root password=[redacted]\nlogin:\nagent',
      qemu: 'two\nthree https://…@host/x',
    };
    expect(await answers()).toEqual([logs, logs]);
    expect(bench.noticed).toContain(id);
  });

  it('bear a guest that writes whatever it wants', async () => {
    bench.device.screen.logs = { 'serial0.log': `\u0000\ufffd\u001b[2J${'x'.repeat(200_000)}` };
    await wish('logs');
    await bench.run('attend');
    const [answer] = await answers();
    expect(answer).toMatchObject({ what: 'logs', qemu: '' });
    expect(JSON.stringify(answer).length).toBeLessThan(33_000);
  });
});

describe('what goes wrong with a picture', () => {
  it.each([
    ['is no picture', Buffer.from('<html>not a screen</html>')],
    ['says another size than it has', Buffer.from('P6\n4000 4000\n255\nabc')],
    ['is empty', Buffer.alloc(0)],
    ['is larger than any screen', Buffer.alloc(17 * 1024 * 1024)],
    ['is a bomb', Buffer.concat([Buffer.from('P6\n9 9\n255\n'), Buffer.alloc(15 * 1024 * 1024)])],
  ])('is told to who asked and to nobody else when the screendump %s', async (_what, ppm) => {
    bench.device.screen.ppm = ppm;
    await wish('picture');
    expect(await bench.run('attend')).toEqual(waiting);
    expect(await kinds()).toEqual([]);
    expect(await answers()).toEqual([{ what: 'failed', message: expect.stringMatching(/picture of the screen/) }]);
  });

  it('is never larger than a picture may be', async () => {
    const noise = randomBytes(1600 * 1200 * 3);
    bench.device.screen.ppm = Buffer.concat([Buffer.from('P6\n1600 1200\n255\n'), noise]);
    // Noise takes its time to be compressed.
    bench.limit.ms = 20_000;
    await wish('picture');
    await bench.run('attend');
    const [about] = await bench.pictures.list(id);
    expect(about).toMatchObject({ width: 800, height: 600 });
    expect(pngSize((await bench.pictures.bytes(id, about?.kind ?? 'asked:')) ?? Buffer.alloc(0))).not.toBeNull();
  }, 30_000);

  it('delays the step for a moment only when QEMU does not answer, and is told', async () => {
    bench.limit.ms = 300;
    bench.device.qmp = 'silent';
    await wish('picture');
    expect(await bench.run('attend')).toEqual(waiting);
    await expect.poll(answers).toEqual([{ what: 'failed', message: 'The server took too long to show its screen.' }]);
    bench.device.qmp = 'answers';
    expect(await bench.run('attend')).toEqual(waiting);
    expect(await kinds()).toEqual(['milestone:console-ready']);
  });

  it('costs no step when a command on the device fails', async () => {
    for (const name of ['fetch screen', 'logs']) bench.device.faults.set(name, { error: new Error('no such command') });
    await wish('picture');
    await wish('logs');
    expect(await bench.run('attend')).toEqual(waiting);
    expect(await answers()).toMatchObject([{ what: 'failed' }, { what: 'failed' }]);
  });

  it('costs no step when nothing can be written down', async () => {
    bench.pictures.put = () => Promise.reject(new Error('Redis is away'));
    bench.wishes.open = () => Promise.reject(new Error('Redis is away'));
    expect(await bench.run('attend')).toEqual(waiting);
  });
});

describe('the last picture', () => {
  it('is taken before the VM is stopped, once, whoever ended the install', async () => {
    bench.device.done = [];
    await bench.run('handback');
    await bench.run('handback');
    expect(await bench.pictures.list(id)).toMatchObject([{ kind: 'milestone:before-handback', step: 'handback' }]);
    expect(bench.device.done).toEqual(['system_powerdown', 'system_powerdown']);
  });

  it('is taken of a failed install before its VM is killed, and of a cancelled one not', async () => {
    await bench.undo('launch');
    expect(await kinds()).toEqual([]);
    await bench.through('launch');
    bench.record = { ...bench.record, failure: { step: 'attend', code: 'timeout', message: 'too long', at: 1 } };
    bench.device.done = [];
    await bench.undo('launch');
    expect(await kinds()).toEqual(['milestone:failed']);
    expect(bench.device.done).toEqual(['kill vm']);
  });

  it('is left out when the VM is gone already', async () => {
    bench.device.vm = null;
    bench.record = { ...bench.record, failure: { step: 'attend', code: 'vm-failed', message: 'it ended', at: 1 } };
    expect(await bench.undo('launch')).toEqual({ kind: 'done' });
    expect(await kinds()).toEqual([]);
  });
});
