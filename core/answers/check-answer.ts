import { isMap, parseDocument } from 'yaml';
import type { AnswerFile, AnswerKind } from '../contracts/answer.ts';
import { readXml } from './well-formed-xml.ts';

/** The names under which installers look for their files, the first one being the one that must be there. */
export const answerFileNames: Readonly<Record<AnswerKind, readonly [string, ...string[]]>> = {
  'cloud-init': ['user-data', 'meta-data', 'network-config', 'vendor-data'],
  autoinstall: ['user-data', 'meta-data', 'network-config', 'vendor-data'],
  kickstart: ['ks.cfg'],
  preseed: ['preseed.cfg'],
  windows: ['autounattend.xml'],
};

/** What is wrong with an answer file of that kind, a sentence that names file and line; null when nothing is. */
export function answerFault(kind: AnswerKind, files: readonly AnswerFile[]): string | null {
  const [main] = answerFileNames[kind];
  if (!files.some(({ name }) => name === main)) return `${main} is missing.`;
  for (const { name, text } of files) {
    const wrong = faultOf(kind, name, text);
    if (wrong !== null) return `${name}: ${wrong}.`;
  }
  return null;
}

function faultOf(kind: AnswerKind, name: string, text: string): string | null {
  if (kind === 'windows') return windowsFault(text);
  if (kind === 'preseed') return preseedFault(text);
  if (kind === 'kickstart') return kickstartFault(text);
  const fault = yamlFault(text, name === 'user-data');
  if (fault !== null || kind === 'cloud-init' || name !== 'user-data') return fault;
  return /^autoinstall:/m.test(text) ? null : 'it has no key autoinstall';
}

/** https://cloudinit.readthedocs.io/en/latest/explanation/format.html: its first line says what user-data is. */
function yamlFault(text: string, isUserData: boolean): string | null {
  if (isUserData && !/^\uFEFF?#cloud-config[ \t]*\r?(\n|$)/.test(text)) return 'its first line must be #cloud-config';
  const document = parseDocument(text, { logLevel: 'silent' });
  const [error] = document.errors;
  // What a mistake quotes may be a password.
  if (error)
    return `line ${error.linePos?.[0].line ?? 1}: this is no YAML (${error.code.toLowerCase().replaceAll('_', ' ')})`;
  // Only looked at, never expanded: aliases of aliases grow without end.
  return isMap(document.contents) ? null : 'it must be a mapping of keys to values';
}

/** https://learn.microsoft.com/windows-hardware/manufacture/desktop/update-windows-settings-and-scripts-create-your-own-answer-file-sxs */
function windowsFault(text: string): string | null {
  const reading = readXml(text);
  if ('wrong' in reading) return reading.wrong;
  if (reading.root !== 'unattend') return `its root element is <${reading.root}> and not <unattend>`;
  if (!reading.attributes.includes('urn:schemas-microsoft-com:unattend')) {
    return '<unattend> lacks xmlns="urn:schemas-microsoft-com:unattend"';
  }
  return null;
}

const preseedTypes = [
  'string',
  'boolean',
  'select',
  'multiselect',
  'note',
  'text',
  'password',
  'title',
  'error',
  'seen',
];

/** https://www.debian.org/releases/stable/amd64/apb.en.html: owner, name, type, value, a line each; a backslash joins lines. */
function preseedFault(text: string): string | null {
  let continued = false;
  let found = 0;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const part = continued;
    continued = line.endsWith('\\');
    if (part || /^\s*(#|$)/.test(line)) continue;
    const [, , type = ''] = line.trim().split(/\s+/);
    if (!preseedTypes.includes(type))
      return `line ${index + 1} is not "owner name type value", with a type that debconf knows`;
    found += 1;
  }
  return found > 0 ? null : 'there is no answer in it';
}

const sections = ['pre', 'pre-install', 'post', 'packages', 'addon', 'onerror', 'traceback', 'anaconda', 'certificate'];
const includes = ['include', 'ksappend'];

interface Kickstart {
  open: { name: string; line: number } | null;
  commands: number;
}

/** https://pykickstart.readthedocs.io: commands first, and sections from %name to %end. */
function kickstartFault(text: string): string | null {
  const reading: Kickstart = { open: null, commands: 0 };
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const fault = kickstartLine(reading, line, index + 1);
    if (fault !== null) return fault;
  }
  if (reading.open) return unended(reading.open);
  return reading.commands > 0 ? null : 'there is no command in it';
}

function kickstartLine(reading: Kickstart, line: string, number: number): string | null {
  const { open } = reading;
  const [, name] = /^%(\S+)/.exec(line) ?? [];
  if (name === 'end') {
    reading.open = null;
    return open ? null : `line ${number}: %end ends no section`;
  }
  if (name !== undefined && sections.includes(name)) {
    reading.open = { name, line: number };
    return open ? unended(open) : null;
  }
  // What stands in a section is a script's business.
  if (open) return null;
  if (name !== undefined && !includes.includes(name))
    return `line ${number}: %${name} is no section of a kickstart file`;
  if (/^\s*[a-z]/.test(line)) reading.commands += 1;
  return null;
}

function unended({ name, line }: NonNullable<Kickstart['open']>): string {
  return `line ${line}: %${name} has no %end`;
}
