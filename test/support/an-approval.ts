import type { Approval } from '../../core/contracts/approval.ts';

/** An approval that waits for one person; what a test cares about is given, the rest is plausible. */
export function anApproval(given: Partial<Approval> = {}): Approval {
  return {
    state: 'pending',
    round: 1,
    because: 'web-07 has the tag prod',
    rules: ['prod'],
    policy: 'p'.repeat(64),
    needs: [{ label: 'somebody else', count: 1, users: [], groups: [] }],
    votes: [],
    binds: {
      device: 'equinix-metal/d-1',
      serial: null,
      disks: null,
      iso: { url: 'https://example.org/debian-13.iso', sha256: null },
      answer: null,
    },
    digest: 'd'.repeat(64),
    hardware: null,
    stepUp: false,
    notify: [],
    typedHostname: false,
    denyReason: false,
    knownDisks: false,
    expiresAt: 3_600_000,
    lastsMs: 3_600_000,
    startWithinMs: null,
    ...given,
  };
}
