import { randomBytes } from 'node:crypto';

/** 30 signs without those that are mistaken for others when read aloud or typed (0/o, 1/l/i, u/v). */
const alphabet = '23456789abcdefghjkmnpqrstvwxyz';
const LENGTH = 6;

/** A new install id such as `xe-7f3kq2`: about 700 million of them, each sign equally likely. */
export function newInstallId(random: (size: number) => Buffer = randomBytes): string {
  let id = '';
  while (id.length < LENGTH) {
    for (const byte of random(LENGTH * 2)) {
      // 240 is the largest multiple of 30 in a byte: taking all of them would favour the first signs.
      if (byte < 240 && id.length < LENGTH) id += alphabet[byte % alphabet.length];
    }
  }
  return `xe-${id}`;
}
