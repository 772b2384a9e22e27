import type { Duplex } from 'node:stream';
import { bootIndex } from '../../core/contracts/cd-drive.ts';
import type { ModelScreen } from './model-screen.ts';

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

/** What the monitor of a model works on. */
interface Monitored {
  vm: { status: string; diskFirst: boolean } | null;
  screen: ModelScreen;
  done: string[];
  onPowerDown: () => void;
}

/** Does what the monitor is told, and answers as QEMU does. */
export function execute(device: Monitored, command: string, args: QmpArguments = {}): object | number {
  const place = device.vm?.diskFirst ? bootIndex.cdLast : bootIndex.cdFirst;
  if (command === 'qom-get') return place;
  if (command === 'qom-set' && args.value === place) throw new Error(`The bootindex ${place} has already been used`);
  if (command === 'query-status') return { status: device.vm?.status };
  if (command === 'screendump') return device.screen.dump(args.filename ?? '');
  if (command !== 'qmp_capabilities') device.done.push(command);
  if (command === 'system_powerdown') device.onPowerDown();
  if (command === 'quit') device.vm = null;
  if (command === 'qom-set' && device.vm) device.vm.diskFirst = args.value === bootIndex.cdLast;
  return {};
}
