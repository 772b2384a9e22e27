import express, { type Request, type Router } from 'express';
import { z } from 'zod';
import { API_PATH, type Json } from './api-words.ts';
import { body, notFound, page, Refused } from './equinix-answers.ts';
import { renderPort } from './equinix-ports.ts';
import type { LabBlock, LabGateway, LabPort, LabVlan } from './network-state.ts';
import { paginate } from './render.ts';
import type { CloudState, Device } from './state.ts';

const vlanBody = z.object({ metro: z.string().min(1), description: z.string().default('') });
const blockBody = z.object({
  type: z.literal('public_ipv4'),
  quantity: z.number().int().min(1),
  metro: z.string().min(1),
  details: z.string().default(''),
  fail_on_approval_required: z.boolean().default(false),
});
const gatewayBody = z.object({ virtual_network_id: z.string(), ip_reservation_id: z.string() });
const assignBody = z.object({ vnid: z.string() });
/** Reads of the list in which a gateway is still there after it was deleted. */
const DELETING_READS = 2;

/** Ports, VLANs, blocks of addresses and gateways. It refuses what would leave one hanging on another, as the service is described. */
export function networkRouter(state: CloudState): Router {
  const router = express.Router();
  router.param('project', (_request, _response, next, id: string) => {
    if (id !== state.projectId) throw notFound();
    next();
  });
  addPortRoutes(router, state);
  addVlanRoutes(router, state);
  addBlockRoutes(router, state);
  addGatewayRoutes(router, state);
  return router;
}

function addPortRoutes(router: Router, state: CloudState): void {
  const answer = (id: string, act: (found: Found, request: Request) => void = () => undefined) =>
    router[id === '' ? 'get' : 'post'](`/ports/:id${id}`, (request, response) => {
      const found = portOf(state, String(request.params.id));
      act(found, request);
      response.json(renderPort(found.device, found.port));
    });
  const vlanIn = (request: Request) => {
    const { vnid } = body(assignBody, request);
    return state.network.vlans.get(vnid) ?? refuse(`Virtual network ${vnid} was not found`);
  };
  answer('');
  answer('/disbond', ({ device, port }) => {
    if (device.networkFrozen) refuse('The network of this device is frozen');
    if (!port.bonded || !port.separable) refuse('Port cannot be disbonded');
    port.bonded = false;
  });
  answer('/bond', ({ port }) => {
    if (!port.hasBond || port.bonded) refuse('Port cannot be bonded');
    if (port.vlans.size > 0) refuse('Virtual networks are still assigned to this port');
    port.bonded = true;
  });
  answer('/assign', ({ port }, request) => {
    const { id } = vlanIn(request);
    if (port.bonded || port.vlans.has(id)) refuse('Virtual network cannot be assigned to this port');
    port.vlans.add(id);
  });
  answer('/unassign', ({ port }, request) => {
    if (!port.vlans.delete(vlanIn(request).id)) refuse('Virtual network is not assigned to this port');
  });
}

function addVlanRoutes(router: Router, { network, devices, projectId }: CloudState): void {
  router.get('/projects/:project/virtual-networks', (_request, response) => {
    response.json({ virtual_networks: [...network.vlans.values()].map((vlan) => renderVlan(vlan, projectId)) });
  });
  router.post('/projects/:project/virtual-networks', (request, response) => {
    response.status(201).json(renderVlan(network.addVlan(body(vlanBody, request)), projectId));
  });
  router.delete('/virtual-networks/:id', ({ params: { id } }, response) => {
    if (!network.vlans.has(id)) throw notFound();
    const ports = [...devices.values()].flatMap((device) => device.ports);
    if (ports.some(({ vlans }) => vlans.has(id))) refuse('A port is assigned to this virtual network');
    if ([...network.gateways.values()].some(({ vlan }) => vlan === id)) refuse('A gateway uses this virtual network');
    network.vlans.delete(id);
    response.status(204).end();
  });
}

function addBlockRoutes(router: Router, { network, projectId }: CloudState): void {
  router.get('/projects/:project/ips', (request, response) => {
    const { items, meta } = paginate([...network.blocks.values()], `/projects/${projectId}/ips`, page(request));
    response.json({ ip_addresses: items.map(renderBlock), meta });
  });
  router.post('/projects/:project/ips', (request, response) => {
    const order = body(blockBody, request);
    if (network.overQuota && order.fail_on_approval_required) refuse('This request needs an approval');
    response.status(201).json(renderBlock(network.addBlock(order)));
  });
  router.delete('/ips/:id', ({ params: { id } }, response) => {
    if (!network.blocks.has(id)) throw notFound();
    if ([...network.gateways.values()].some(({ block }) => block === id)) refuse('A gateway uses these addresses');
    network.blocks.delete(id);
    response.status(204).end();
  });
}

function addGatewayRoutes(router: Router, { network, projectId }: CloudState): void {
  const path = `/projects/${projectId}/metal-gateways`;
  router.get('/projects/:project/metal-gateways', (request, response) => {
    const { items, meta } = paginate(network.seenGateways(), path, page(request));
    response.json({ metal_gateways: items.map(renderGateway), meta });
  });
  router.post('/projects/:project/metal-gateways', (request, response) => {
    const { virtual_network_id: vlan, ip_reservation_id: block } = body(gatewayBody, request);
    if (!network.vlans.has(vlan) || !network.blocks.has(block)) refuse('Virtual network or addresses were not found');
    const taken = [...network.gateways.values()].some((one) => one.vlan === vlan || one.block === block);
    if (taken) refuse('Virtual network or addresses have a gateway already');
    response.status(201).json(renderGateway(network.addGateway({ vlan, block })));
  });
  router.delete('/metal-gateways/:id', ({ params: { id } }, response) => {
    const gateway = network.gateways.get(id);
    if (!gateway) throw notFound();
    if (gateway.state === 'deleting') refuse('Gateway is being deleted');
    Object.assign(gateway, { state: 'deleting', readsLeft: DELETING_READS });
    response.status(202).json(renderGateway(gateway));
  });
}

interface Found {
  device: Device;
  port: LabPort;
}

function portOf(state: CloudState, id: string): Found {
  for (const device of state.devices.values()) {
    const port = device.ports.find((one) => one.id === id);
    if (port) return { device, port };
  }
  throw notFound();
}

function refuse(why: string): never {
  throw new Refused(422, { errors: [why] });
}

function renderVlan({ id, vxlan, metro, description }: LabVlan, projectId: string): Json {
  return {
    ...{ id, vxlan, description, metro_code: metro, tags: [], instances: [], metal_gateways: [] },
    href: `${API_PATH}/virtual-networks/${id}`,
    assigned_to: { id: projectId, href: `${API_PATH}/projects/${projectId}` },
  };
}

function renderBlock({ id, details, quantity, network }: LabBlock): Json {
  const [a, b, c, last] = network.split('.');
  return {
    ...{ id, details, network, address: network, href: `${API_PATH}/ips/${id}`, type: 'public_ipv4' },
    ...{ address_family: 4, public: true, state: 'created', tags: [], cidr: 32 - Math.log2(quantity) },
    gateway: [a, b, c, Number(last) + 1].join('.'),
    customdata: {},
  };
}

function renderGateway({ id, vlan, block, state }: LabGateway): Json {
  return {
    ...{ id, state, href: `${API_PATH}/metal-gateways/${id}` },
    virtual_network: { id: vlan, href: `${API_PATH}/virtual-networks/${vlan}` },
    ip_reservation: { id: block, href: `${API_PATH}/ips/${block}`, type: 'public_ipv4' },
  };
}
