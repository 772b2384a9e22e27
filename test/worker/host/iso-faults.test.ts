import { describe, expect, it } from 'vitest';
import { downloadFault, probeFault } from '../../../worker/host/iso-faults.ts';
import type { DownloadState, UrlProbe } from '../../../worker/host/media.ts';

const url = 'https://dl.example.com/os.iso?sig=secret';
const good: UrlProbe = { status: 200, bytes: 1, ranges: true, contentType: '', freeBytes: 1, error: '' };
const ended: DownloadState = {
  ...{
    running: false,
    complete: false,
    bytes: 3_145_728,
    exitCode: 18,
    status: 200,
    error: '',
    url: null,
    perSecond: null,
    report: null,
  },
};

describe('what is wrong with a source is told with what to do', () => {
  it.each<[Partial<UrlProbe>, RegExp, 'no' | 'backoff']>([
    [{ status: 0, error: 'curl: (6) Could not resolve host' }, /cannot reach dl\.example\.com.*resolve/, 'backoff'],
    [{ status: 0, error: 'curl: (60) SSL certificate problem' }, /does not trust.*certificate.*clock/, 'backoff'],
    [{ status: 401 }, /refuses.*401.*fresh address/, 'no'],
    [{ status: 403 }, /refuses.*403.*signed link has run out/, 'no'],
    [{ status: 404 }, /not there.*404 for \/os\.iso\. Mirrors drop/, 'no'],
    [{ status: 410 }, /not there.*410/, 'no'],
    [{ status: 405 }, /answers 405.*Check the address/, 'no'],
    [{ status: 429 }, /too much/, 'backoff'],
    [{ status: 503 }, /answers 503.*another source/, 'backoff'],
    [{ contentType: 'text/html' }, /web page instead of an ISO.*address of the file itself/, 'no'],
  ])('%j', (probe, sentence, retry) => {
    const fault = probeFault(url, { ...good, ...probe });
    expect(fault).toEqual({ sentence: expect.stringMatching(sentence), retry });
    expect(fault?.sentence).not.toContain('secret');
  });

  it('has nothing against an ISO, of whatever type', () => {
    for (const contentType of ['', 'application/x-iso9660-image', 'application/octet-stream', 'text/plain']) {
      expect(probeFault(url, { ...good, contentType })).toBeNull();
    }
  });

  it.each<[Partial<DownloadState>, RegExp, 'no' | 'backoff']>([
    [{ exitCode: 22, status: 403 }, /refuses the ISO \(403\)/, 'no'],
    [{ exitCode: 22, status: 502 }, /answers 502/, 'backoff'],
    [{ exitCode: 23, error: 'curl: (23) disk full' }, /no room left.*memory/, 'no'],
    [{ exitCode: 63 }, /larger than what is free/, 'no'],
    [{ exitCode: 153 }, /larger than what is free/, 'no'],
    [{ exitCode: 190 }, /same file.*`mirrors`/, 'no'],
    [{ exitCode: 60 }, /does not trust/, 'backoff'],
    [{ exitCode: 7, error: 'refused' }, /cannot reach dl\.example\.com to download the ISO\. refused\./, 'backoff'],
    [{ exitCode: 18 }, /broke off after 3 MB: curl ended with 18\. Look whether/, 'backoff'],
    [{ exitCode: 28, bytes: 0 }, /broke off: curl ended with 28/, 'backoff'],
  ])('%j', (state, sentence, retry) => {
    const fault = downloadFault(url, { ...ended, ...state });
    expect(fault).toEqual({ sentence: expect.stringMatching(sentence), retry });
  });

  it('names the mirror that was asked last', () => {
    const state = { ...ended, exitCode: 22, status: 404, url: 'https://mirror.example.net/x.iso?k=secret' };
    const { sentence } = downloadFault(url, state);
    expect(sentence).toMatch(/mirror\.example\.net answers 404 for \/x\.iso\./);
    expect(sentence).not.toContain('secret');
  });
});
