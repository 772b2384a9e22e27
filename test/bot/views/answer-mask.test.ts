import { describe, expect, test } from 'vitest';
import { maskedAnswer } from '../../../bot/views/answer-mask.ts';
import type { AnswerKind } from '../../../core/contracts/answer.ts';

const S = 'hunter2';
const mask = (kind: AnswerKind, text: string) => maskedAnswer(kind, [{ name: 'x', text }]);

describe('what is secret is not shown', () => {
  test.each<[AnswerKind, string]>([
    ['cloud-init', `#cloud-config\npassword: ${S}\n`],
    ['cloud-init', `#cloud-config\nchpasswd:\n  list: |\n    root:${S}\n    bob:${S}\nusers: []\n`],
    ['cloud-init', `#cloud-config\nusers:\n- {name: root, hashed_passwd: "${S}"}\n`],
    ['cloud-init', `#cloud-config\nusers:\n- name: root\n  plain_text_passwd: >-\n    ${S}\n`],
    ['cloud-init', `#cloud-config\nwrite_files:\n- path: /etc/x\n  content: |\n    ${S}\n`],
    ['cloud-init', `#cloud-config\nruncmd:\n- curl -H "Authorization: Bearer ${S}" https://x\n`],
    ['cloud-init', `#cloud-config\nruncmd:\n- echo root:${S} | chpasswd\n`],
    ['cloud-init', `#cloud-config\nruncmd:\n- [curl, "https://me:${S}@example.org/"]\n`],
    ['cloud-init', `#cloud-config\nssh_authorized_keys:\n- ssh-ed25519 AAAA${S}AAAAAAAAAAAAAAAAAAAA me\n`],
    [
      'autoinstall',
      `#cloud-config\nautoinstall:\n  identity:\n    password: '${S}'\n  ssh:\n    authorized-keys:\n    - ${S}\n`,
    ],
    ['autoinstall', `#cloud-config\nautoinstall:\n  proxy: http://u:${S}@p\n  ubuntu-pro:\n    token: ${S}\n`],
    [
      'kickstart',
      `rootpw --plaintext ${S}\nuser --name=bob --password=${S}\nbootloader --password=${S}\nsshkey --username=root "${S}"\n`,
    ],
    ['kickstart', `text\n%post\necho "root:${S}" | chpasswd\nregister --token ${S}=x --token=${S}\n%end\n`],
    ['preseed', `d-i passwd/root-password password ${S}\nd-i passwd/user-password-again password \\\n  ${S}\n`],
    ['preseed', `d-i x/api-token string ${S}\n`],
    [
      'windows',
      `<unattend><AdministratorPassword><Value>${S}</Value></AdministratorPassword><ProductKey><Key>${S}</Key></ProductKey></unattend>`,
    ],
    [
      'windows',
      `<unattend><wcm:Password a="b">\n<Value>${S}</Value>\n</wcm:Password><CommandLine>net user x ${S} /add</CommandLine></unattend>`,
    ],
    ['preseed', `d-i a/late_command string echo -----BEGIN PRIVATE KEY----- ${S} -----END PRIVATE KEY-----\n`],
  ])('%s %j', (kind, text) => {
    const shown = mask(kind, text);
    expect(shown).toContain('•••');
    expect(shown).not.toContain(S);
  });

  test('wherever it stands, when it looks like a hash or a key', () => {
    const hash = '$6$saltsalt$abcdefghijklmnop.qrstuvwxyz/0123456789';
    const token = 'ghp_0123456789abcdefghijklmnopqrstuvwxyz';
    expect(mask('kickstart', `text\n# was ${hash}\n# or ${token}\n`)).toBe('text\n# was •••\n# or •••');
  });
});

describe('what is not secret stays to be read', () => {
  test('in each kind', () => {
    expect(mask('cloud-init', '#cloud-config\npassword: x\nhostname: web\nkeyboard:\n  layout: us\n')).toBe(
      '#cloud-config\npassword: •••\nhostname: web\nkeyboard:\n  layout: us',
    );
    expect(mask('preseed', 'd-i partman-auto/disk string {{xepa.disk.by_id}}\n')).toBe(
      'd-i partman-auto/disk string {{xepa.disk.by_id}}',
    );
    expect(mask('windows', '<unattend><Disk><DiskID>0</DiskID></Disk></unattend>')).toContain('<DiskID>0</DiskID>');
    expect(mask('kickstart', 'clearpart --all\nurl --url=http://mirror.example/os\n')).toBe(
      'clearpart --all\nurl --url=http://mirror.example/os',
    );
  });

  test('with the names of its files where there are several, and cut where it is long', () => {
    const files = [
      { name: 'user-data', text: '#cloud-config\na: 1\n' },
      { name: 'meta-data', text: `b: ${'y '.repeat(2_000)}` },
    ];
    const shown = maskedAnswer('cloud-init', files);
    expect(shown).toMatch(/^# user-data\n#cloud-config\na: 1\n\n# meta-data\nb: y/);
    expect(shown.endsWith('\n…')).toBe(true);
    expect(shown.length).toBeLessThan(1_300);
  });
});
