import express, { type Router } from 'express';
import type { CloudState } from './state.ts';
import { record } from './state.ts';

/**
 * What a machine asks about itself, by its SMBIOS UUID: `/<id>` (JSON), `/<id>/public-keys` (one a line, those given
 * through the API and no others, behind comments that name the user whom they let in, and root's password where there is one), and `POST /<id>/phone-home` when its rescue system is up.
 */
export function metadataRouter(state: CloudState): Router {
  const router = express.Router();
  router.param('id', (_request, response, next, id: string) => {
    if (state.devices.has(id)) next();
    else response.status(404).end();
  });
  router.get('/:id', ({ params }, response) => {
    const device = state.devices.get(params.id);
    response.json({
      id: params.id,
      hostname: device?.hostname,
      tags: device?.tags,
      operating_system: { slug: device?.operatingSystem },
      ssh_keys: state.publicKeysOf(params.id),
      network: { interfaces: device?.macs.map((mac, index) => ({ name: `eth${index}`, mac })) },
    });
  });
  router.get('/:id/public-keys', ({ params }, response) => {
    const lines = state.publicKeysOf(params.id).map((key) => `${key}\n`);
    // Root is let in where nobody is named.
    const user = state.devices.get(params.id)?.rescueUser ?? 'root';
    const naming = user === 'root' ? [] : [`# user: ${user}\n`];
    const password = state.devices.get(params.id)?.rescuePassword ?? null;
    const opening = password === null ? [] : [`# password: ${password}\n`];
    response.type('text/plain').send([...naming, ...opening, ...lines].join(''));
  });
  router.post('/:id/phone-home', ({ params }, response) => {
    const device = state.devices.get(params.id);
    if (device !== undefined) record(device, 'phone_home', 'the system in memory is up');
    response.status(204).end();
  });
  return router;
}
