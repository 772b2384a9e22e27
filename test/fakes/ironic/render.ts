import type { IronicNode } from './account.ts';

type Json = Record<string, unknown>;

export function renderNode(node: IronicNode): Json {
  const { uuid, name, extra, traits, state, target, updatedAt } = node;
  return {
    ...{ uuid, name, extra, traits, created_at: '2026-11-01T22:28:48.643434+00:00', updated_at: updatedAt },
    ...{ provision_state: state, target_provision_state: target, provision_updated_at: updatedAt },
    ...{ power_state: node.powerUnknown ? 'error' : `power ${node.machine.power}`, target_power_state: null },
    ...{ maintenance: node.maintenance, maintenance_reason: null, fault: null, reservation: null, last_error: null },
    ...{ driver: 'ipmi', boot_interface: 'ipxe', network_interface: 'flat', resource_class: 'bm' },
    ...{ rescue_interface: node.rescueInterface, deploy_interface: node.deployInterface },
    driver_info: { ipmi_password: '******', ipmi_username: 'ADMIN', ...node.driverInfo },
    ...{ instance_info: node.instanceInfo, instance_uuid: null, properties: {}, driver_internal_info: {} },
  };
}

/** Some fields of it, or by default those of a short list. */
export function renderEntry(node: IronicNode, fields: readonly string[]): Json {
  const shown = fields.length > 0 ? fields : ['uuid', 'name', 'provision_state', 'power_state', 'maintenance'];
  const all = renderNode(node);
  return Object.fromEntries(shown.map((field) => [field, all[field]]));
}
