import type { MachinePower } from '../lab/machine/machine.ts';
import type { BootTarget } from '../lab/machine/spec.ts';

/** A machine that behaves: it remembers how it was booted, and can be told to break. */
export class PretendMachine implements MachinePower {
  power: 'on' | 'off' = 'on';
  booted: BootTarget | null = 'disk';
  broken = false;
  /** Every start so far, in order. */
  readonly starts: BootTarget[] = [];
  #released: Promise<void> = Promise.resolve();

  /** Makes the next operations wait, as hardware does, until the returned function is called. */
  hold(): () => void {
    let release = (): void => undefined;
    this.#released = new Promise((resolve) => {
      release = resolve;
    });
    return release;
  }

  async powerOn(target: BootTarget): Promise<void> {
    await this.#released;
    if (this.broken) throw new Error('the power supply is dead');
    this.power = 'on';
    this.booted = target;
    this.starts.push(target);
  }

  async powerOff(): Promise<void> {
    await this.#released;
    this.power = 'off';
    this.booted = null;
  }

  async reset(target: BootTarget): Promise<void> {
    await this.powerOff();
    await this.powerOn(target);
  }
}
