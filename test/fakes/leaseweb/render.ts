import type { LeasewebJob, LeasewebServer } from './account.ts';

type Json = Record<string, unknown>;

const nothing = { mac: null, ip: null, nullRouted: null, gateway: null, ports: [] };

export function renderServer(server: LeasewebServer): Json {
  const { id, reference, address, nullRouted, features } = server;
  return {
    ...{ id, assetId: `62${id}`, serialNumber: 'HN2XGHSD02H04' },
    contract: { id: '674382', customerId: '32923828192', salesOrgId: '2300', deliveryStatus: 'ACTIVE', reference },
    featureAvailability: { ...features, ipmiReboot: false, privateNetwork: true, remoteManagement: true },
    location: { site: 'AMS-01', suite: '99', rack: 'A83', unit: '16-17' },
    networkInterfaces: {
      public: { mac: 'AA:AC:CC:88:EE:E4', ip: address, nullRouted, gateway: '192.0.2.1', ports: [], locationId: null },
      ...{ internal: nothing, remoteManagement: nothing },
    },
    specs: { brand: 'Dell', chassis: 'Dell R730 (8xSFF)', hardwareRaidCapable: false },
  };
}

export function renderJob(server: LeasewebServer, job: LeasewebJob): Json {
  const { uuid, type, status, rescueImageId, publicKeys } = job;
  const createdAt = new Date(job.createdAt).toISOString().replace(/\.\d+Z$/, '+00:00');
  const isRunning = status === 'ACTIVE';
  const count = (when: boolean) => (when ? 1 : 0);
  return {
    ...{ uuid, type, status, isRunning, createdAt, updatedAt: createdAt },
    ...{ serverId: server.id, bareMetalId: server.id, node: 'AA:AC:CC:88:EE:E4', flow: isRunning ? 'main' : '#stop' },
    ...{ currentTask: null, tasks: [], metadata: { BATCH_ID: null } },
    progress: {
      ...{ total: 1, waiting: 0, pending: 0, canceled: 0, warning: 0, skipped: 0, percentage: isRunning ? 0 : 100 },
      ...{ inprogress: count(isRunning), finished: count(status === 'FINISHED') },
      ...{ failed: count(status === 'FAILED'), expired: count(status === 'EXPIRED') },
    },
    payload: { powerCycle: true, initiatedBy: 'CUSTOMER', rescueImageId, sshKeys: publicKeys.join('\n') },
  };
}

export function renderPower({ machine }: LeasewebServer): Json {
  return { pdu: { status: 'on' }, ipmi: { status: machine.power } };
}
