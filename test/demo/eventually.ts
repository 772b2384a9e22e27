import { setTimeout as pause } from 'node:timers/promises';

/** Asks until there is an answer. @throws with the name of what was waited for */
export async function eventually<T>(what: string, ask: () => Promise<T | null>, limitMs = 150_000): Promise<T> {
  const deadline = Date.now() + limitMs;
  while (Date.now() < deadline) {
    const answer = await ask();
    if (answer !== null) return answer;
    await pause(100);
  }
  throw new Error(`${what} did not come within ${Math.round(limitMs / 1000)} s`);
}
