import type { InstallRecord } from '../../core/contracts/install.ts';
import { type StepName, stepNames } from '../../core/contracts/step-name.ts';
import { createLogger } from '../../core/log.ts';
import { createSaga, type Saga } from '../../worker/saga/advance.ts';
import { done, type Step } from '../../worker/saga/step.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import { createMemoryInstallStore } from '../fakes/memory-install-store.ts';
import { alice } from './an-install.ts';

export const id = 'xe-7f3kq2';
export const note = { type: 'created', actor: alice, detail: {} };
/** Nobody stops the step. */
export const never = new AbortController().signal;

type Behaviour = Partial<Omit<Step, 'name'>>;

/** The engine over steps that only write down that they ran. */
export class SagaBench {
  readonly clock = new FakeClock();
  readonly store = createMemoryInstallStore(this.clock);
  readonly calls: string[] = [];

  /** @param special steps that a test is about */
  saga(special: Partial<Record<StepName, Behaviour>> = {}, run = 'worker-a'): Saga {
    const steps = stepNames.map(
      (name): Step => ({
        name,
        timeoutMs: 60_000,
        attempts: 3,
        run: async () => {
          this.calls.push(name);
          return done();
        },
        undo: async () => {
          this.calls.push(`undo ${name}`);
          return done();
        },
        ...special[name],
      }),
    );
    const onEnd = async ({ id: ended }: InstallRecord) => void this.calls.push(`end ${ended}`);
    const { store, clock } = this;
    return createSaga({ store, steps, clock, log: createLogger('test', 'silent'), run, onEnd });
  }

  /** Looks until the install ends or waits; bounded so that a loop fails. */
  async drive(saga: Saga, looks = 60): Promise<InstallRecord> {
    for (let look = 0; look < looks; look += 1) {
      const next = await saga.advance(id, never);
      if (next.kind === 'end') return this.store.load(id);
      if (next.ms > 0) this.clock.forward(next.ms);
    }
    return this.store.load(id);
  }

  async typesOf(): Promise<string[]> {
    return (await this.store.events(id)).map((event) => event.type);
  }
}
