import type { ScwKey, ScwServer } from './account.ts';

type Json = Record<string, unknown>;

const when = { created_at: '2026-11-02T10:15:00.062180Z', updated_at: '2026-11-02T10:25:33.743968Z' };
const ORGANIZATION = '6170692e-7363-616c-6577-61792e636f6d';

/** What the rescue system lets in beside keys. Nobody but the customer may see it. */
export const RESCUE_PASSWORD = 'rescue-very-private';

export function renderServer(server: ScwServer): Json {
  const { id, name, zone, projectId, tags, status, bootType, installStatus } = server;
  return {
    ...{ id, name, zone, status, boot_type: bootType, tags, ips: addresses(server), ...when },
    ...{ organization_id: ORGANIZATION, project_id: projectId, description: '', domain: `${id}.${zone}.example` },
    ...{ offer_id: '964f9b38-577e-470f-a220-7d762f9e8672', offer_name: 'EM-A210R-SATA', protected: false },
    ...{ ping_status: status === 'ready' ? 'ping_status_up' : 'ping_status_down', options: [], user_data: null },
    install: installStatus === null ? null : { status: installStatus, hostname: name, ssh_key_ids: [], user: 'ubuntu' },
    rescue_server: bootType === 'rescue' ? { user: 'rescue', password: RESCUE_PASSWORD } : null,
  };
}

export function renderKey({ id, name, publicKey, projectId }: ScwKey): Json {
  const owner = { organization_id: ORGANIZATION, project_id: projectId };
  return { id, name, public_key: publicKey, fingerprint: `256 MD5:00 ${name}`, disabled: false, ...owner, ...when };
}

function addresses({ address, hasIpv4 }: ScwServer): Json[] {
  const rest = { reverse: '', reverse_status: 'unknown', reverse_status_message: '' };
  const v6 = { id: '00000000-0000-4000-8000-000000000006', address: '2001:db8::77', version: 'IPv6', ...rest };
  const v4 = { id: '00000000-0000-4000-8000-000000000004', address, version: 'IPv4', ...rest };
  return hasIpv4 ? [v6, v4] : [v6];
}
