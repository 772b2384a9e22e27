import type { Activation, RobotKey, RobotServer } from './account.ts';

type Json = Record<string, unknown>;

export function renderServer(server: RobotServer, detailed: boolean): Json {
  const flags = { reset: server.resets.length > 0, rescue: server.rescueOffered, vnc: true, windows: false };
  return {
    server: {
      ...placeOf(server),
      server_name: server.name,
      product: 'EX42',
      dc: 'FSN1-DC8',
      traffic: 'unlimited',
      status: server.status,
      cancelled: false,
      paid_until: '2010-09-02',
      ip: [server.address],
      subnet: [{ ip: '2a01:4f8:111:4221::', mask: '64' }],
      ...(detailed
        ? { ...flags, plesk: false, cpanel: false, wol: true, hot_swap: false, linked_storagebox: null }
        : {}),
    },
  };
}

export function renderKey({ name, fingerprint, data }: RobotKey): Json {
  return { key: { name, fingerprint, type: 'ED25519', size: 256, data, created_at: '2021-12-31 23:59:59' } };
}

/** What may be activated, or what is. */
export function renderRescue(server: RobotServer, active: Activation | null): Json {
  if (active) return renderActivation(server, active, true);
  const offered = { os: ['linux', 'vkvm'], arch: [64], active: false, password: null };
  return { rescue: { ...placeOf(server), ...offered, authorized_key: [], host_key: [] } };
}

export function renderActivation(server: RobotServer, activation: Activation, active: boolean): Json {
  const { os, password, authorized, hostKeys } = activation;
  const authorized_key = authorized.map(({ name, fingerprint }) => bootKey(name, fingerprint));
  const host_key = hostKeys.map((fingerprint) => bootKey('host', fingerprint));
  return { rescue: { ...placeOf(server), os, arch: 64, active, password, authorized_key, host_key } };
}

/** All boot configurations; what is not offered is null. */
export function renderBoot(server: RobotServer, active: Activation | null): Json {
  const other = (name: string) => ({ ...placeOf(server), active: server.otherBoot === name, password: null });
  const { rescue } = renderRescue(server, active);
  const rest = { windows: server.otherBoot === 'windows' ? other('windows') : null, plesk: null, cpanel: null };
  return { boot: { rescue, linux: other('linux'), vnc: other('vnc'), ...rest } };
}

export function renderResets(server: RobotServer): Json {
  const operating_status = server.machine.power === 'on' ? 'running' : 'stopped';
  return { reset: { ...placeOf(server), type: server.resets, operating_status } };
}

export function renderReset(server: RobotServer, type: string): Json {
  return { reset: { ...placeOf(server), type } };
}

function placeOf({ address, number }: RobotServer): Json {
  return { server_ip: address, server_ipv6_net: '2a01:4f8:111:4221::', server_number: number };
}

function bootKey(name: string, fingerprint: string): Json {
  return { key: { name, fingerprint, type: 'ED25519', size: 256 } };
}
