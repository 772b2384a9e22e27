import { describe, expect, test } from 'vitest';
import { answerFault } from '../../../core/answers/check-answer.ts';
import type { AnswerKind } from '../../../core/contracts/answer.ts';

const faultOf = (kind: AnswerKind, name: string, text: string) => answerFault(kind, [{ name, text }]);
const userData = (text: string, kind: AnswerKind = 'cloud-init') => faultOf(kind, 'user-data', text);
const kickstart = (text: string) => faultOf('kickstart', 'ks.cfg', text);
const preseed = (text: string) => faultOf('preseed', 'preseed.cfg', text);
const windows = (text: string) => faultOf('windows', 'autounattend.xml', text);

describe('cloud-init', () => {
  test('is a mapping behind #cloud-config', () => {
    expect(userData('#cloud-config\nusers: []\n')).toBeNull();
    expect(userData('#cloud-config\r\nusers: []\r\n')).toBeNull();
    expect(userData('users: []\n')).toBe('user-data: its first line must be #cloud-config.');
    expect(userData('#cloud-config\n- a\n- b\n')).toBe('user-data: it must be a mapping of keys to values.');
    expect(userData('#cloud-config\n')).toMatch(/must be a mapping/);
  });

  test('is told the line of a mistake, and never what stands there', () => {
    const fault = userData('#cloud-config\nusers: []\npassword: "hunter2\n');
    expect(fault).toMatch(/^user-data: line \d+: this is no YAML \(.+\)\.$/);
    expect(fault).not.toContain('hunter2');
  });

  test('has other files that need no first line, but must be mappings', () => {
    const files = (meta: string) => [
      { name: 'user-data', text: '#cloud-config\na: 1\n' },
      { name: 'meta-data', text: meta },
    ];
    expect(answerFault('cloud-init', files('instance-id: x\n'))).toBeNull();
    expect(answerFault('cloud-init', files('just text'))).toBe('meta-data: it must be a mapping of keys to values.');
    expect(answerFault('cloud-init', [{ name: 'meta-data', text: 'a: 1' }])).toBe('user-data is missing.');
  });

  test('does not expand aliases, which would grow without end', () => {
    const bomb = ['#cloud-config', 'a: &a [x,x,x,x,x,x,x,x,x]', 'b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]'];
    const more = ['c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]', 'd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]', 'e: [*d,*d,*d,*d,*d,*d]'];
    expect(userData([...bomb, ...more].join('\n'))).toBeNull();
  });
});

test('autoinstall has its key at the top', () => {
  expect(userData('#cloud-config\nautoinstall:\n  version: 1\n', 'autoinstall')).toBeNull();
  expect(userData('#cloud-config\nusers: []\n', 'autoinstall')).toBe('user-data: it has no key autoinstall.');
});

describe('kickstart', () => {
  test('has commands, and sections that end', () => {
    expect(
      kickstart('text\n%packages\n@core\n%end\n%include /tmp/x\n%post --log=/x\n%nothing of ours\n%end\n'),
    ).toBeNull();
    expect(kickstart('text\n%post\necho\n')).toBe('ks.cfg: line 2: %post has no %end.');
    expect(kickstart('text\n%pre\n%post\n%end\n')).toBe('ks.cfg: line 2: %pre has no %end.');
    expect(kickstart('text\n%end\n')).toBe('ks.cfg: line 2: %end ends no section.');
    expect(kickstart('text\n%pots\n%end\n')).toBe('ks.cfg: line 2: %pots is no section of a kickstart file.');
    expect(kickstart('# nothing\n')).toBe('ks.cfg: there is no command in it.');
  });
});

describe('preseed', () => {
  test('has an owner, a name, a type and a value in each line', () => {
    expect(
      preseed(
        '# x\n\nd-i netcfg/get_hostname string web\nd-i a/b string \\\n  goes on, as it likes\nx y/z seen true\n',
      ),
    ).toBeNull();
    expect(preseed('d-i netcfg/get_hostname strnig web\n')).toBe(
      'preseed.cfg: line 1 is not "owner name type value", with a type that debconf knows.',
    );
    expect(preseed('d-i a/b string x\nhunter2\n')).not.toContain('hunter2');
    expect(preseed('# only words\n')).toBe('preseed.cfg: there is no answer in it.');
  });
});

describe('autounattend.xml', () => {
  const xmlns = 'xmlns="urn:schemas-microsoft-com:unattend"';

  test('is well-formed, with its own root', () => {
    expect(
      windows(`<?xml version="1.0"?>\n<!-- x -->\n<unattend ${xmlns}><a b='c'/><![CDATA[ & ]]></unattend>\n`),
    ).toBeNull();
    expect(windows(`\uFEFF<unattend ${xmlns}/>`)).toBeNull();
    expect(windows('<unattend/>')).toMatch(/lacks xmlns/);
    expect(windows('<answer/>')).toBe('autounattend.xml: its root element is <answer> and not <unattend>.');
  });

  test.each([
    [`<unattend ${xmlns}>\n<a>\n</b></unattend>`, 'line 3: </b> closes <a>'],
    [`<unattend ${xmlns}>\n<a>`, '<a> is not closed'],
    [`<unattend ${xmlns}>\na & b</unattend>`, 'line 1: an & that is not written &amp;'],
    [`<unattend ${xmlns} a="x & y"/>`, 'line 1: an & that is not written &amp;'],
    [`<unattend ${xmlns}/><b/>`, 'line 1: a second root element, <b>'],
    [`hello <unattend ${xmlns}/>`, 'line 1: text outside of the root element'],
    ['<!DOCTYPE x [<!ENTITY a "b">]><x/>', 'line 1: this is no tag'],
    ['<unattend a=b/>', 'line 1: this is no tag'],
    ['</a>', 'line 1: </a> closes nothing'],
    ['<!-- nothing -->', 'there is no element in it'],
  ])('%s is refused with a reason', (text, why) => {
    expect(windows(text)).toBe(`autounattend.xml: ${why}.`);
  });
});
