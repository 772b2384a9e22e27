import { describe, expect, it } from 'vitest';
import { downloadState, inspectMedia, probeUrl, startDownload } from '../../../worker/host/media.ts';

const url = 'https://dl.example.com/a b.iso?x=$(reboot)';

function printed(...lines: string[]) {
  return { stdout: [...lines, '## xepa end', ''].join('\n'), stderr: '', exitCode: 0 };
}

const space = [
  '## xepa space',
  'Filesystem 1024-blocks Used Available Capacity Mounted on',
  'tmpfs 1000 250 750 25% /run',
];

describe('probeUrl', () => {
  const probe = (...lines: string[]) => probeUrl({ url, folder: '/run/xepa' }).parse(printed(...lines, ...space));

  it('passes the URL on standard input and in no argument, for others on the server read those', () => {
    const command = probeUrl({ url, folder: '/run/xepa' });
    expect(command.argv.join(' ')).not.toContain('example.com');
    expect(command.stdin).toBe('url = "https://dl.example.com/a%20b.iso?x=$(reboot)"\n');
  });

  it('tells whether parts can be had, and what kind of file it is', () => {
    const headers = ['HTTP/1.1 200 OK', 'Content-Type: Text/HTML; charset=utf-8', 'Content-Length: 12'];
    const answer = ['## xepa answer', 'status 200', '## xepa headers', ...headers];
    expect(probe(...answer, '## xepa ranges', 'yes')).toMatchObject({ ranges: true, contentType: 'text/html' });
    expect(probe(...answer, '## xepa ranges')).toMatchObject({ ranges: false });
  });

  it('takes the size from the last answer, not from a redirect', () => {
    const headers = ['HTTP/1.1 302 Found', 'Content-Length: 154', 'HTTP/2 200', 'content-length: 700000000'];
    expect(probe('## xepa answer', 'status 200', '## xepa headers', ...headers)).toEqual({
      status: 200,
      bytes: 700_000_000,
      ranges: false,
      contentType: '',
      freeBytes: 750 * 1024,
      error: '',
    });
  });

  it('does not take a file system that has no limit for a full one', () => {
    const ramfs = ['## xepa space', 'Filesystem 1024-blocks Used Available Capacity Mounted on', 'none 0 0 0 0% /'];
    const { parse } = probeUrl({ url, folder: '/run/xepa' });
    expect(parse(printed('## xepa answer', 'status 200', ...ramfs)).freeBytes).toBeNull();
  });

  it('takes the size of the whole file where only one byte was asked for', () => {
    const headers = ['HTTP/1.1 206 Partial Content', 'Content-Length: 1', 'Content-Range: bytes 0-0/4700'];
    expect(probe('## xepa answer', 'status 206', '## xepa headers', ...headers)).toMatchObject({
      status: 206,
      bytes: 4700,
    });
  });

  it('does not take the length of an error page for a size', () => {
    const headers = ['HTTP/1.1 404 Not Found', 'Content-Length: 335'];
    expect(probe('## xepa answer', 'status 404', '## xepa headers', ...headers)).toMatchObject({
      status: 404,
      bytes: null,
    });
  });

  it('tells why nobody answered, without secrets of the URL', () => {
    const error = 'curl: (6) Could not resolve https://me:pw@dl.example.com/a?sig=1';
    expect(probe('## xepa answer', 'status 000', '## xepa error', error)).toMatchObject({
      status: 0,
      bytes: null,
      error: 'curl: (6) Could not resolve https://…@dl.example.com/a?…',
    });
  });
});

describe('downloadState', () => {
  const going = {
    ...{ running: false, complete: false, bytes: 0, exitCode: null, status: 0, error: '', url: null },
    ...{ perSecond: null, report: null },
  };
  const wanted = { path: '/i.iso', urls: [url], bytes: null, roomBytes: 1_000.5, patienceSeconds: 30 };

  it('reads a download that runs', () => {
    const state = downloadState('/i.iso').parse(
      printed('## xepa running', 'yes', '## xepa bytes', '123', '## xepa exit', ''),
    );
    expect(state).toEqual({ ...going, running: true, bytes: 123 });
  });

  it('reads one that failed', () => {
    const state = startDownload(wanted).parse(
      printed('## xepa exit', '22', '## xepa status', '404', '## xepa error', 'curl: (22) 404'),
    );
    expect(state).toEqual({ ...going, exitCode: 22, status: 404, error: 'curl: (22) 404' });
  });

  it('tells how fast it goes since it was started or resumed, once there is something to tell', () => {
    const speed = (began: string) =>
      downloadState('/i.iso').parse(printed('## xepa bytes', '5000', '## xepa began', began)).perSecond;
    expect([speed('1000 2'), speed('1000 0'), speed('9000 2')]).toEqual([2000, null, 0]);
  });

  it('passes its addresses on standard input, one a line, and the rest as arguments', () => {
    const { argv, stdin } = startDownload({ ...wanted, urls: [url, 'http://b.example.com/q?"\\'] });
    expect(argv.slice(3)).toEqual(['sh', '/i.iso', '', '1000', '30', '']);
    expect(stdin).toBe(
      'url = "https://dl.example.com/a%20b.iso?x=$(reboot)"\nurl = "http://b.example.com/q?%22\\\\"\n',
    );
  });
});

it.each([
  [null, ''],
  [2 ** 28 - 1, ''],
  [2 ** 28, 'along'],
])('the digest of %s bytes is taken while they arrive: "%s"', (bytes, along) => {
  const wanted = { path: '/i.iso', urls: [url], bytes, roomBytes: 1e9, patienceSeconds: 30 };
  expect(startDownload(wanted).argv.at(-1)).toBe(along);
});

describe('inspectMedia', () => {
  it('reads digest, size and label', () => {
    const head = Buffer.alloc(4096);
    head.write('\x01CD001', 0, 'latin1');
    head.write('LABEL'.padEnd(32), 40, 'latin1');
    head.write('\x00CD001\x01EL TORITO SPECIFICATION', 2048, 'latin1');
    const boot = Buffer.alloc(2048);
    boot.set([1, 0], 0);
    boot.set([0x55, 0xaa], 30);
    boot.set([0x88], 32);
    const report = inspectMedia('/i.iso').parse(
      printed(
        '## xepa bytes',
        '4700',
        '## xepa descriptors',
        dump(head),
        '## xepa catalogue',
        dump(boot),
        '## xepa sha256',
        `${'ab'.repeat(32)}  /i.iso`,
      ),
    );
    expect(report).toEqual({ bytes: 4700, sha256: 'ab'.repeat(32), head: { label: 'LABEL', boots: ['bios'] } });
  });

  it('says that the file is gone', () => {
    expect(() => inspectMedia('/i.iso').parse(printed('## xepa bytes', '## xepa sha256'))).toThrow(
      expect.objectContaining({ code: 'not-found' }),
    );
  });
});

/** As `od -An -v -tx1` prints it. */
function dump(bytes: Buffer): string {
  return (bytes.toString('hex').match(/.{32}/g) ?? []).map((row) => ` ${row.replace(/../g, '$& ').trim()}`).join('\n');
}
