import { randomBytes } from 'node:crypto';
import { fingerprint, readHostKey } from '../../../core/ssh/host-key.ts';
import { RobotAccount } from '../../fakes/hetzner-robot/account.ts';
import { RobotApi } from '../../fakes/hetzner-robot/robot-api.ts';
import { letIn, openSite, type Site } from './site.ts';

export type RobotSite = Site<RobotApi, RobotAccount>;

/** Server numbers begin here, so that none looks like a small number of ours. */
const FIRST_NUMBER = 2_000_000;
/** An emulated machine that has just come up takes its time to agree on keys. */
const PROBE_MS = 10_000;

/** Behind Hetzner's API. */
export function startRobotSite(delayMs: number): Promise<RobotSite> {
  const [user, password, now] = ['#ws+lab', randomBytes(16).toString('hex'), () => performance.now()];
  const account = new RobotAccount(now);
  return openSite({
    account,
    api: new RobotApi({ account, user, password, delayMs, now }),
    env: (url) => ({ HETZNER_ROBOT_URL: url, HETZNER_ROBOT_USER: user, HETZNER_ROBOT_PASSWORD: password }),
    add({ device, machine, number, sshPort }) {
      const { address } = device;
      const order = { number: FIRST_NUMBER + number, name: device.hostname, address, machine };
      account.addServer({
        ...{ ...order, authorise: letIn(device) },
        // A real rescue system reports its key; this one is asked for it, over a network that nobody else is in.
        async hostKeys() {
          if (machine.booted !== 'rescue') return [];
          const key = await readHostKey({ host: address, port: sshPort, timeoutMs: PROBE_MS });
          return key === null ? [] : [fingerprint(key)];
        },
      });
      return String(order.number);
    },
  });
}
