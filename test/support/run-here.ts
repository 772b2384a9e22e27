import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Command } from '../../core/ssh/command.ts';

/**
 * Runs a command of a server on this machine, its `sh` being the shell that is given; what it complains of is dropped.
 * @param shell program and first arguments, such as `busybox sh`
 */
export async function runHere<T>(
  { argv, stdin, parse }: Command<T>,
  [program = 'sh', ...before]: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<T> {
  const child = spawn(program, [...before, ...argv.slice(1)], { stdio: ['pipe', 'pipe', 'ignore'], env });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stdin.end(stdin);
  const [exitCode] = await once(child, 'close');
  return parse({ stdout, stderr: '', exitCode });
}
