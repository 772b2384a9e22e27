import type { AnswerKind } from '../contracts/answer.ts';
import type { InstallRequest } from '../contracts/install.ts';

type Unattended = Pick<InstallRequest, 'vm' | 'answer' | 'kernelArgs'>;

/** Kinds that no installer finds or begins with by itself: its kernel has to be told. */
const kernelKinds: readonly AnswerKind[] = ['preseed', 'autoinstall'];
/** Installers that reboot once, when they have done all. Windows reboots in the middle, and cloud-init is no installer. */
const rebootOnce: readonly AnswerKind[] = ['autoinstall', 'kickstart', 'preseed'];

/** Whether the VM boots kernel and initrd of the ISO by themselves, past its boot loader. */
export function bootsKernel({ answer, kernelArgs }: Unattended): boolean {
  return kernelArgs !== undefined || (answer !== undefined && kernelKinds.includes(answer.kind));
}

/**
 * Whether the guest's first reboot ends the VM. A kernel that QEMU boots by itself it would boot again, so there it always
 * does; else what somebody asked for comes first.
 */
export function finishesOnReboot(request: Unattended): boolean {
  if (bootsKernel(request)) return true;
  const { vm, answer } = request;
  if (vm?.onReboot !== undefined) return vm.onReboot === 'finish';
  return answer !== undefined && rebootOnce.includes(answer.kind);
}
