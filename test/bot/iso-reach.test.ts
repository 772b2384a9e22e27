import { describe, expect, test } from 'vitest';
import { isoReach } from '../../bot/iso-reach.ts';

const catalogue = new Map([['os', { url: 'http://mirror.internal/os.iso?v=1' }]]);
const prefixes = ['https://m.example/iso/', 'http://10.1.2.3/', 'http://127.0.0.1:8080/', 'http://[::1]/'];
const open = isoReach({ catalogue, allow: [] });
const listed = isoReach({ catalogue, allow: prefixes });

describe('which address XEPA asks for an ISO', () => {
  test.each([
    ['any by https where no list stands', open, 'https://n.example/a.iso'],
    ['what the list names', listed, 'https://m.example/iso/a.iso'],
    ['what the list names by http', listed, 'http://10.1.2.3/a.iso'],
    ['an ISO of the settings, by http', open, 'http://mirror.internal/os.iso?v=1'],
    ['an ISO of the settings, beside the list', listed, 'http://mirror.internal/os.iso?v=1'],
  ])('%s', (_what, reach, url) => {
    expect(reach.url(new URL(url))).toBeNull();
  });

  test.each([
    ['by http, where no list stands', open, 'http://n.example/a.iso', 'is asked by https only'],
    ['another file of a host of the settings', open, 'http://mirror.internal/other.iso', 'is asked by https only'],
    ['another query there', open, 'http://mirror.internal/os.iso?v=2', 'is asked by https only'],
    ['another host than the list has', listed, 'https://n.example/iso/a.iso', 'lies outside of XEPA_ISO_ALLOW'],
    ['another path than the list has', listed, 'https://m.example/admin', 'lies outside of XEPA_ISO_ALLOW'],
    ['a path that climbs out', listed, 'https://m.example/iso/%2e%2e%2fadmin', 'lies outside of XEPA_ISO_ALLOW'],
    ['another port than the list has', listed, 'http://10.1.2.3:6379/a.iso', 'lies outside of XEPA_ISO_ALLOW'],
  ])('never %s', (_what, reach, url, why) => {
    expect(reach.url(new URL(url))).toContain(why);
  });
});

describe('which IP address of a host XEPA calls', () => {
  test.each([
    ['out in the world', open, 'https://n.example/a.iso', '1.1.1.1'],
    ['of a private network, by a name of the list', listed, 'https://m.example/iso/a.iso', '10.0.0.5'],
    ['of a private network, by a number of the list', listed, 'http://10.1.2.3/a.iso', '10.1.2.3'],
    ['of a private network, by an ISO of the settings', open, 'http://mirror.internal/os.iso?v=1', 'fd12::5'],
    ['of this machine, by a number of the list', listed, 'http://127.0.0.1:8080/a.iso', '127.0.0.1'],
    ['of this machine, by a number of IPv6', listed, 'http://[::1]/a.iso', '::1'],
  ])('one %s', (_what, reach, url, address) => {
    expect(reach.address(new URL(url), address)).toBeNull();
  });

  test.each([
    ['of a private network, which nothing names', open, 'https://n.example/a.iso', '192.168.0.1', 'own network'],
    ['of this machine, which nothing names', open, 'https://n.example/a.iso', '::ffff:127.0.0.1', 'own network'],
    ['with a cloud’s credentials', open, 'https://169.254.169.254/', '169.254.169.254', 'own network'],
    ['of this machine by a name, also of the list', listed, 'https://m.example/iso/a', '127.0.0.1', 'by its number'],
    ['of its link by a name, also of the list', listed, 'https://m.example/iso/a', '169.254.169.254', 'by its number'],
  ])('none %s', (_what, reach, url, address, why) => {
    expect(reach.address(new URL(url), address)).toContain(why);
  });

  test('this machine by the name that is always its own', () => {
    const reach = isoReach({ catalogue: new Map(), allow: ['http://localhost:8080/'] });
    expect(reach.address(new URL('http://localhost:8080/a.iso'), '127.0.0.1')).toBeNull();
  });
});
