/** "Look again in a moment": one look per install, at the soonest time asked for; the sweep makes up for a restart. */
export interface Later {
  (installId: string, ms: number): void;
  close(): void;
}

/** @param send what happens when the time has come */
export function createLater(send: (installId: string) => void): Later {
  const timers = new Map<string, { timer: NodeJS.Timeout; at: number }>();
  const later = (installId: string, ms: number): void => {
    const at = performance.now() + ms;
    const known = timers.get(installId);
    if (known && known.at <= at) return;
    clearTimeout(known?.timer);
    const ring = () => {
      timers.delete(installId);
      send(installId);
    };
    timers.set(installId, { timer: setTimeout(ring, ms), at });
  };
  const close = () => {
    for (const { timer } of timers.values()) clearTimeout(timer);
    timers.clear();
  };
  return Object.assign(later, { close });
}
