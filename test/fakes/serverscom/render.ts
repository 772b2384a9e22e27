import type { ScomKey, ScomServer } from './account.ts';

type Json = Record<string, unknown>;

const when = { created_at: '2026-04-22T06:22:02Z', updated_at: '2026-04-22T06:22:02Z' };

/** As lists of hosts have it. */
export function renderHost(server: ScomServer, type = 'dedicated_server'): Json {
  const { id, title, address, labels, status } = server;
  return {
    ...{ id, title, type, status, labels, public_ipv4_address: address, private_ipv4_address: '10.0.0.1' },
    ...{ location_id: 1, location_code: 'AMS7', rack_id: 'rack-1', configuration: 'REMM R123', lease_start_at: null },
    ...{ scheduled_release_at: null, ...when },
  };
}

export function renderServer(server: ScomServer): Json {
  const { operationalStatus, powerStatus } = server;
  return {
    ...renderHost(server),
    ...{ operational_status: operationalStatus, power_status: powerStatus, oob_ipv4_address: null },
    configuration_details: { ram_size: 16, server_model_id: 1, server_model_name: 'R123' },
  };
}

export function renderFeatures({ features }: ScomServer): Json[] {
  return Object.entries(features).map(([name, status]) => ({ name, status }));
}

export function renderKey({ name, fingerprint }: ScomKey): Json {
  return { name, fingerprint, labels: {}, ...when };
}
