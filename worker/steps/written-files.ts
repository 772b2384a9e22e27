import type { StepContext } from '../saga/step.ts';

/** The files that `handback` writes on the installed system's disk. What it is about to write is saved before it does. */
export interface WrittenFiles {
  /** @param sentences one for each file */
  intend(sentences: readonly string[]): Promise<void>;
  /** They were not written after all. */
  drop(sentences: readonly string[]): void;
  /** In the order in which they were written, also before a crash. */
  all(): string[];
}

export function writtenFiles(context: StepContext): WrittenFiles {
  const written = new Set(context.record.facts.handback?.written);
  return {
    async intend(sentences) {
      if (sentences.every((one) => written.has(one))) return;
      for (const one of sentences) written.add(one);
      const { handback } = context.record.facts;
      const fresh = { restored: [], loaders: [], notes: [], loader: null };
      await context.save({ handback: { ...(handback ?? fresh), written: [...written] } });
    },
    drop(sentences) {
      for (const one of sentences) written.delete(one);
    },
    all: () => [...written],
  };
}
