import { deviceKey } from '../../core/contracts/device.ts';
import { demandInventory, findKnownDevice } from '../find-device.ts';
import { freezeOn } from '../freezes.ts';
import { authorise } from '../judging.ts';
import { deviceCard } from '../views/device-card.ts';
import { stateOf } from './devices.ts';
import type { Command } from './spec.ts';

export const deviceShowCommand: Command = {
  spec: {
    verb: 'device show',
    action: 'look',
    summary: 'Shows one server: its tags, its owner, and what it is doing.',
    target: { name: 'device', required: true },
    options: {},
    examples: ['/xepa device show web-07'],
  },
  async run(deps, asker, { target = '' }) {
    await authorise(deps, asker, { action: 'look' });
    const now = deps.clock.now();
    const provided = demandInventory(await deps.shelf.provided.read());
    const device = findKnownDevice(target, provided, now);
    const { tags: ours } = await deps.shelf.notes.of(deviceKey(device));
    const freeze = freezeOn({ tags: [...device.tags, ...ours] }, await deps.shelf.freezes.inForce(now));
    const profile = await deps.profiles.find(device);
    const state = await stateOf(deps, device, now);
    await asker.tell(deviceCard({ device, ours, freeze, profile, ...state, inventory: provided, now }));
  },
};
