import type { WorkerConfig } from './config.ts';
import type { StepSettings } from './steps/deps.ts';

const MINUTE = 60_000;

/** The operator's settings in the units that the steps use. */
export function stepSettings(config: WorkerConfig): StepSettings {
  return {
    rescueMs: config.XEPA_RESCUE_MINUTES * MINUTE,
    mediaMs: config.XEPA_MEDIA_MINUTES * MINUTE,
    attendMs: config.XEPA_ATTEND_HOURS * 60 * MINUTE,
    attendPollMs: config.XEPA_ATTEND_POLL_SECONDS * 1_000,
    powerDownMs: config.XEPA_POWER_DOWN_SECONDS * 1_000,
    verifyMs: config.XEPA_VERIFY_MINUTES * MINUTE,
    verifyUefiMs: config.XEPA_VERIFY_UEFI_MINUTES * MINUTE,
    askMs: config.XEPA_ASK_HOURS * 60 * MINUTE,
    verifyPorts: config.XEPA_VERIFY_PORTS,
    deadManSeconds: Math.round(config.XEPA_DEAD_MAN_MINUTES * 60),
    deadManReboot: config.XEPA_DEAD_MAN_REBOOT === 'on',
    rescueMirrors: config.XEPA_RESCUE_MIRRORS,
    kexec: { allowed: config.XEPA_KEXEC === 'on', kernels: config.XEPA_RESCUE_KERNELS },
    limits: { memoryMb: config.XEPA_VM_MEMORY_MB, cpus: config.XEPA_VM_CPUS },
    vm: {
      ...(config.XEPA_QEMU_MACHINE === undefined ? {} : { extraMachine: config.XEPA_QEMU_MACHINE }),
      ...(config.XEPA_QEMU_CPU === undefined ? {} : { cpuOptions: config.XEPA_QEMU_CPU }),
    },
    ...(config.XEPA_ANSWER_PASSWORD_HASH === undefined ? {} : { passwordHash: config.XEPA_ANSWER_PASSWORD_HASH }),
  };
}
