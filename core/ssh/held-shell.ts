import type { Client, ClientChannel } from 'ssh2';
import type { CommandOutput } from './command.ts';
import { gather } from './gather.ts';
import { markedStream } from './marked-stream.ts';
import { openChannel } from './open-channel.ts';

/** A text for the shell, and the mark that it prints on both outputs before and after. */
export interface Work {
  text: string;
  mark: string;
  /** Called once, unless the work is stopped first. An Error where the line was cut. */
  end(ending: CommandOutput | Error): void;
  /** Called in place of `end` where the shell never came to it: nothing was run. */
  notBegun(why: string): void;
}

/** As a command that a signal ended: nobody is told its code. */
const KILLED = 128;

const ignore = () => undefined;

/** One shell in one channel, which does one work at a time. */
export class HeldShell {
  state: 'idle' | 'busy' | 'gone' = 'idle';
  /** It has ended a work: it is a shell. */
  hasServed = false;
  readonly #stdout = markedStream(() => this.#stray());
  readonly #stderr = markedStream(() => this.#stray());
  #channel: ClientChannel | undefined;
  #unsent = '';
  #work: Work | null = null;
  /** The output of a work that was begun, and that the shell may not live to end. */
  #soFar: (() => CommandOutput) | null = null;
  #exited = false;
  #noisy = false;

  /** @param shell what is started, quoted */
  constructor(client: Client, shell: string) {
    openChannel(client, shell, (opened) => this.#opened(opened));
  }

  /** Begins a work while the shell is idle. Answers with what stops it, and the shell with it. */
  run(work: Work): () => void {
    const gathered = gather();
    const { mark } = work;
    let [exitCode, ended] = [0, 0];
    const begun = () => {
      this.#soFar = () => gathered.output(KILLED);
    };
    const met = (code: number) => {
      exitCode = Math.max(exitCode, code);
      ended += 1;
      if (ended === 2) this.#served((done) => done.end(gathered.output(exitCode)));
    };
    this.state = 'busy';
    this.#work = work;
    this.#soFar = null;
    // What the login prints before the first of all marks is nobody's.
    const before = () => {
      this.#noisy ||= this.hasServed;
    };
    this.#stdout.expect({ mark, keep: before, met: begun });
    this.#stderr.expect({ mark, keep: before, met: ignore });
    this.#stdout.expect({ mark, keep: gathered.stdout, met });
    this.#stderr.expect({ mark, keep: gathered.stderr, met });
    if (this.#channel) this.#channel.write(work.text);
    else this.#unsent += work.text;
    return () => {
      if (this.#work === work) this.#stop();
    };
  }

  /** Lets an idle shell end by itself. @param then called when its channel is closed */
  leave(then: () => void): void {
    this.state = 'gone';
    this.#channel?.once('close', then).end();
  }

  #opened(opened: Error | ClientChannel): void {
    if (opened instanceof Error) this.#closed(opened.message);
    // Stopped while it was being opened.
    else if (this.state === 'gone') opened.close();
    else this.#listen(opened);
  }

  #listen(opened: ClientChannel): void {
    this.#channel = opened;
    opened.on('data', (part: Buffer) => this.#stdout.push(part));
    opened.stderr.on('data', (part: Buffer) => this.#stderr.push(part));
    opened.on('exit', () => {
      this.#exited = true;
    });
    opened.on('error', ignore);
    opened.on('close', () => this.#closed('the shell ended'));
    opened.write(this.#unsent);
  }

  #closed(why: string): void {
    const work = this.#work;
    this.#stop();
    if (!work) return;
    if (!this.#soFar) work.notBegun(why);
    else work.end(this.#exited ? this.#soFar() : new Error('the connection ended'));
  }

  #served(tell: (work: Work) => void): void {
    const work = this.#work;
    this.#work = null;
    this.hasServed = true;
    if (this.state === 'busy') this.state = 'idle';
    // What a command left running prints into what comes next.
    if (this.#noisy) this.#stop();
    if (work) tell(work);
  }

  #stray(): void {
    this.#noisy = true;
    if (this.state === 'idle') this.#stop();
  }

  #stop(): void {
    this.state = 'gone';
    this.#work = null;
    this.#channel?.close();
  }
}
