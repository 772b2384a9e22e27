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
  const held = new Map<string, { wish: Wish; answer: Answer | null; allowed: boolean }[]>();
  const of = (installId: string) => held.get(installId) ?? [];
  const waiting = (installId: string, isAllowed: boolean) => {
    const wanted = of(installId).filter(({ answer, allowed }) => answer === null && allowed === isAllowed);
    return wanted.map(({ wish }) => wish).filter((wish) => !isOverdue(wish, clock.now()));
  };
  return {
    async add(installId, wanted) {
      const wish = { ...wanted, nonce: `n${of(installId).length + 1}`, at: clock.now() };
      held.set(installId, [...of(installId), { wish, answer: null, allowed: !wish.onPage }]);
      return wish;
    },
    open: async (installId) => waiting(installId, true),
    unjudged: async (installId) => waiting(installId, false),
    async allow(installId, nonce) {
      const one = of(installId).find(({ wish }) => wish.nonce === nonce);
      if (one) one.allowed = true;
    },
    all: async (installId) => of(installId).map(({ wish, answer }) => ({ wish, answer })),
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
