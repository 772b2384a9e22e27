/** So many bytes may be held at once, by all who share this. */
export interface ByteBudget {
  /** False when there is not that much left; nothing is taken then. */
  take(bytes: number): boolean;
  give(bytes: number): void;
}

export function createByteBudget(total: number): ByteBudget {
  let held = 0;
  return {
    take(bytes) {
      if (held + bytes > total) return false;
      held += bytes;
      return true;
    },
    give(bytes) {
      held -= bytes;
    },
  };
}

/** A budget within another one: one taker alone cannot spend what all share. */
export function shareOf(budget: ByteBudget, total: number): ByteBudget {
  const own = createByteBudget(total);
  return {
    take(bytes) {
      if (!own.take(bytes)) return false;
      if (budget.take(bytes)) return true;
      own.give(bytes);
      return false;
    },
    give(bytes) {
      own.give(bytes);
      budget.give(bytes);
    },
  };
}
