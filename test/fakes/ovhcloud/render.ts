import type { OvhServer, OvhTask } from './account.ts';

type Json = Record<string, unknown>;

export function renderServer(server: OvhServer): Json {
  const { name, displayName, address, serverId, settings, state, machine, tags } = server;
  return {
    ...settings,
    ...{ name, serverId, ip: address, reverse: `${name}.`, state, rack: 'G139B12', region: 'eu-west-gra' },
    powerState: machine.power === 'on' ? 'poweron' : 'poweroff',
    ...{ datacenter: 'gra3', availabilityZone: 'eu-west-gra-a', os: 'none_64', supportLevel: 'pro' },
    ...{ commercialRange: 'advance', linkSpeed: 1_000, professionalUse: false, newUpgradeSystem: true },
    iam: {
      id: '4f6a1f6e-7b0e-4c7e-9a55-1d3f3b6f2c11',
      urn: `urn:v1:eu:resource:dedicatedServer:${name}`,
      displayName: displayName ?? name,
      tags: { 'ovh:range': 'advance', ...tags },
    },
  };
}

export function renderTask({ taskId, function: name, status }: OvhTask): Json {
  const startDate = '2026-11-02T10:15:00+01:00';
  const doneDate = status === 'done' ? startDate : null;
  const nothing = { comment: null, note: null, plannedInterventionId: null, tags: null, ticketReference: null };
  return {
    taskId,
    function: name,
    status,
    startDate,
    lastUpdate: startDate,
    doneDate,
    needSchedule: false,
    ...nothing,
  };
}
