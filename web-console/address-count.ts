/** How many connections each address has open. */
export interface AddressCount {
  /** Null when the address has as many as it may; else what to call, once, when the connection ends. */
  enter(address: string): (() => void) | null;
}

export function createAddressCount(limit: number): AddressCount {
  const open = new Map<string, number>();
  return {
    enter(address) {
      const count = open.get(address) ?? 0;
      if (count >= limit) return null;
      open.set(address, count + 1);
      return () => {
        const left = (open.get(address) ?? 1) - 1;
        if (left > 0) open.set(address, left);
        else open.delete(address);
      };
    },
  };
}
