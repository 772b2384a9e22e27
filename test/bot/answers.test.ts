import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alsoWished } from '../../bot/also-discs.ts';
import { readAnswer } from '../../bot/answer-kind.ts';
import { type AnswerLibrary, createAnswerLibrary } from '../../bot/answer-library.ts';
import { resolveAnswer } from '../../bot/answer-request.ts';
import { kernelArgsWished } from '../../bot/kernel-args.ts';
import { unattendedLines } from '../../bot/views/unattended.ts';

const KICKSTART = 'text\nrootpw hunter2\n%packages\n%end\n';
let folder: string;
let library: AnswerLibrary;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'xepa-answers-'));
  library = createAnswerLibrary(folder);
  await writeFile(join(folder, 'web.ks'), KICKSTART);
  await writeFile(join(folder, 'twice.ks'), KICKSTART);
  await writeFile(join(folder, 'twice.cfg'), KICKSTART);
  await writeFile(join(folder, 'novel.txt'), 'It was a dark and stormy night.\n');
  await writeFile(join(folder, '.hidden.ks'), KICKSTART);
  await mkdir(join(folder, 'node'));
  await writeFile(join(folder, 'node/user-data'), '#cloud-config\nautoinstall:\n  version: 1\n');
  await writeFile(join(folder, 'node/network-config'), 'version: 2\n');
  await writeFile(join(folder, '..data.xml'), 'not to be seen');
  await symlink(join(folder, 'web.ks'), join(folder, 'linked.ks'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the library of answer files', () => {
  test('lists what lies in its folder with its kind, or with what is wrong', async () => {
    expect(await library.list()).toEqual([
      { name: 'linked', kind: 'kickstart' },
      { name: 'node', kind: 'autoinstall' },
      { name: 'novel', fault: expect.stringContaining('no kind that is known') },
      { name: 'twice', fault: 'several files have that name.' },
      { name: 'web', kind: 'kickstart' },
    ]);
  });

  test('gives a file the name that its installer looks for, and a folder its own', async () => {
    expect(await library.read('web')).toEqual({ kind: 'kickstart', files: [{ name: 'ks.cfg', text: KICKSTART }] });
    const node = await library.read('node');
    expect(node && 'files' in node && node.files.map(({ name }) => name).sort()).toEqual([
      'network-config',
      'user-data',
    ]);
  });

  test('leads nowhere else, whatever the name', async () => {
    expect(await library.read('../answers')).toBeNull();
    expect(await library.read('node/user-data')).toBeNull();
  });

  test('is empty where there is none, and says so where its folder is not there', async () => {
    expect(await createAnswerLibrary(null).list()).toEqual([]);
    await expect(createAnswerLibrary(join(folder, 'gone')).list()).rejects.toMatchObject({
      code: 'bad-config',
      userMessage: expect.stringContaining('XEPA_ANSWERS_DIR'),
    });
  });
});

describe('an answer file that somebody asks for', () => {
  test('comes with what everybody may see of it', async () => {
    const given = await resolveAnswer({ answer: 'web' }, library);
    expect(given?.request).toMatchObject({
      name: 'web',
      kind: 'kickstart',
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(JSON.stringify(given?.request)).not.toContain('hunter2');
    expect(given?.files[0]?.text).toContain('hunter2');
  });

  test.each([
    [{ answer: 'wed' }, /There is no answer file `wed`\. Did you mean `web`\?/],
    [{ answer: 'novel' }, /The answer file `novel` cannot be used: it is of no kind/],
    [{ answerText: 'text\n%post\n' }, /that was typed in cannot be used: ks\.cfg: line 2: %post has no %end/],
    [{ answer: 'web', answerText: KICKSTART }, /Two answer files/],
    [
      { answerText: `${KICKSTART}# {{xepa.adress}}` },
      /XEPA does not know \{\{xepa\.adress\}\}\. Known are .*\{\{xepa\.mac\}\}/,
    ],
    [{ answerText: `${KICKSTART}#${'x'.repeat(70_000)}` }, /at most 64 KB/],
  ])('%j is refused with what to do', async (wish, sentence) => {
    await expect(resolveAnswer(wish, library)).rejects.toMatchObject({ userMessage: expect.stringMatching(sentence) });
  });

  test('is told by what is in it', () => {
    const kindOf = (text: string) => {
      const read = readAnswer([{ name: 'x', text }]);
      return 'kind' in read ? read.kind : read.fault;
    };
    expect(kindOf('#cloud-config\nusers: []\n')).toBe('cloud-init');
    expect(kindOf('# x\nd-i a/b string c\n')).toBe('preseed');
    expect(kindOf('<unattend xmlns="urn:schemas-microsoft-com:unattend"/>')).toBe('windows');
    expect(kindOf('lang en_US\nclearpart --all\n')).toBe('kickstart');
  });
});

describe('further discs', () => {
  const rules = {
    catalogue: new Map([['virtio', { url: 'https://m.example/virtio.iso' }]]),
    library: new Map(),
    allow: ['https://m.example/'],
  };
  const hex = 'ab'.repeat(32);

  test('come by name or address, each with a name of its own', () => {
    expect(alsoWished(`drivers=virtio,raid=https://m.example/a,b.iso#sha256=${hex}`, rules)).toEqual({
      also: [
        { name: 'drivers', url: 'https://m.example/virtio.iso' },
        { name: 'raid', url: 'https://m.example/a,b.iso', sha256: hex },
      ],
    });
    expect(alsoWished(undefined, rules)).toEqual({});
  });

  test.each([
    ['virtio', /is written `--also drivers=/],
    ['a=https://elsewhere.example/x.iso', /ISOs may come only from/],
    ['a=virtio,b=virtio,c=virtio,d=virtio', /at most 3 discs/],
    ['a=https://m.example/x.iso#sha256=12', /64 hexadecimal digits/],
  ])('%s is refused', (typed, sentence) => {
    expect(() => alsoWished(typed, rules)).toThrow(
      expect.objectContaining({ userMessage: expect.stringMatching(sentence) }),
    );
  });
});

test('kernel arguments are one line of ASCII without a password in it', () => {
  expect(kernelArgsWished('  console=ttyS1   quiet ')).toEqual({ kernelArgs: 'console=ttyS1 quiet' });
  for (const typed of ['ü', '  ', 'x'.repeat(600), 'inst.ks=http://me:secret@h/ks']) {
    expect(() => kernelArgsWished(typed)).toThrow(expect.objectContaining({ code: 'bad-input' }));
  }
  const iso = { url: 'https://m.example/a.iso' };
  const by = { via: 'slack', id: 'U01ALICE' } as const;
  expect(unattendedLines({ iso, requestedBy: by })).toEqual([]);
  expect(unattendedLines({ iso, requestedBy: by, kernelArgs: '`x` <!here>' }).join('\n')).toContain(
    "`'x' &lt;!here&gt;`",
  );
});
