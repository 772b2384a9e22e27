/** "Look again in a moment", at most once per install; a restart loses these, and the sweep makes up for that. */
export interface Later {
  (installId: string, ms: number): void;
  close(): void;
}

/** @param send what happens when the time has come */
export function createLater(send: (installId: string) => void): Later {
  const timers = new Map<string, NodeJS.Timeout>();
  const later = (installId: string, ms: number): void => {
    if (timers.has(installId)) return;
    const ring = () => {
      timers.delete(installId);
      send(installId);
    };
    timers.set(installId, setTimeout(ring, ms));
  };
  const close = () => {
    for (const timer of timers.values()) clearTimeout(timer);
    timers.clear();
  };
  return Object.assign(later, { close });
}
