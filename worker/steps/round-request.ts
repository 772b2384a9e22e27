import type { InstallRecord, InstallRequest } from '../../core/contracts/install.ts';

/** What is asked for of the VM in a further round: the installed system, on the disk and by the ways of before, with an empty drive. */
export function requestOfRound({ request }: InstallRecord): InstallRequest {
  const { disk, lifeline, vm = {}, snapshot, requestedBy } = request;
  // Our connection does not move a second time, and without that there may be no port to give.
  const rungs = lifeline === undefined ? request.rungs : { ...request.rungs, nic: undefined };
  const { onReboot: _onReboot, ...machine } = vm;
  return {
    purpose: 'console',
    requestedBy,
    vm: machine,
    ...(disk === undefined ? {} : { disk }),
    ...(rungs === undefined ? {} : { rungs }),
    ...(snapshot === undefined ? {} : { snapshot }),
  };
}
