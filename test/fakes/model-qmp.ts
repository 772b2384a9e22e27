import type { Duplex } from 'node:stream';

export interface QmpArguments {
  filename?: string;
  value?: number;
}

/** A QEMU at the other end of its socket: it greets, and answers each command with its id. */
export function speakQmp(
  stream: Duplex,
  model: {
    /** `deaf`: it hangs up at the first command; `silent`: it never answers a screendump. */
    mood(): 'answers' | 'deaf' | 'silent';
    /** @throws what QEMU refuses */
    execute(command: string, args: QmpArguments | undefined): object | number;
  },
): void {
  stream.on('error', () => undefined);
  stream.setEncoding('utf8');
  stream.on('data', (line: string) => {
    const { execute, id, arguments: args } = JSON.parse(line);
    if (model.mood() === 'deaf' && execute !== 'qmp_capabilities') return void stream.destroy();
    if (model.mood() === 'silent' && execute === 'screendump') return;
    stream.write(`${JSON.stringify({ ...answer(() => model.execute(execute, args)), id })}\n`);
  });
  stream.write('{"QMP": {}}\n');
}

function answer(execute: () => object | number): object {
  try {
    return { return: execute() };
  } catch (error) {
    return { error: { class: 'GenericError', desc: String(error) } };
  }
}
