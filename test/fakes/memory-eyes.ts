import type { Clock } from '../../core/clock.ts';
import { checked, type Picture, type PictureStore } from '../../core/picture-store.ts';
import { type Answer, isOverdue, type Wish, type Wishes } from '../../core/wishes.ts';

/** Pictures without Redis: the same promises, checked by the same tests. */
export function createMemoryPictures(): PictureStore {
  const held = new Map<string, { about: Picture; png: Buffer }[]>();
  const of = (installId: string) => held.get(installId) ?? [];
  return {
    async put(installId, about, png) {
      const picture = { ...about, ...checked(png) };
      if (of(installId).some((one) => one.about.kind === about.kind)) return false;
      held.set(installId, [...of(installId), { about: picture, png }].slice(-10));
      return true;
    },
    has: async (installId, kind) => of(installId).some(({ about }) => about.kind === kind),
    list: async (installId) => of(installId).map(({ about }) => about),
    bytes: async (installId, kind) => of(installId).find(({ about }) => about.kind === kind)?.png ?? null,
  };
}

/** Wishes without Redis, of as many installs as there are. */
export function createMemoryWishes(clock: Clock): Wishes {
  const held = new Map<string, { wish: Wish; answer: Answer | null }[]>();
  const of = (installId: string) => held.get(installId) ?? [];
  return {
    async add(installId, wanted) {
      const wish = { ...wanted, nonce: `n${of(installId).length + 1}`, at: clock.now() };
      held.set(installId, [...of(installId), { wish, answer: null }]);
      return wish;
    },
    async open(installId) {
      const waiting = of(installId).filter(({ answer }) => answer === null);
      return waiting.map(({ wish }) => wish).filter((wish) => !isOverdue(wish, clock.now()));
    },
    all: async (installId) => of(installId),
    async answer(installId, nonce, answer) {
      const one = of(installId).find(({ wish }) => wish.nonce === nonce);
      if (!one || one.answer) return false;
      one.answer = answer;
      return true;
    },
    remove: async (installId, nonce) => {
      const rest = of(installId).filter(({ wish }) => wish.nonce !== nonce);
      held.set(installId, rest);
    },
  };
}
