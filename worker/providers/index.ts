import type { OpenShell } from '../../core/ssh/host-shell.ts';
import type { WorkerConfig } from '../config.ts';
import { createEquinixMetal } from './equinix-metal/index.ts';
import { createSshProvider } from './ssh/index.ts';
import type { Provider, Providers } from './types.ts';

/** The providers that are configured, by id. A new adapter is a folder and a line here. */
export function buildProviders(config: WorkerConfig, openShell: OpenShell): Providers {
  const providers: (Provider | null)[] = [
    equinixMetal(config),
    config.sshDevices.length > 0 ? createSshProvider({ devices: config.sshDevices, openShell }) : null,
  ];
  return new Map(providers.filter((provider) => provider !== null).map((provider) => [provider.id, provider]));
}

function equinixMetal(config: WorkerConfig): Provider | null {
  const { EQUINIX_METAL_TOKEN: token, EQUINIX_METAL_PROJECT: projectId, EQUINIX_METAL_URL: apiUrl } = config;
  if (token === undefined || projectId === undefined) return null;
  return createEquinixMetal({ apiUrl, token, projectId, sshPort: config.XEPA_RESCUE_SSH_PORT });
}
