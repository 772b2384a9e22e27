import type { Placeholder } from '../../core/answers/placeholders.ts';
import type { Plan, TargetDisk } from '../../core/contracts/plan.ts';
import type { Survey } from '../../core/contracts/survey.ts';
import { udevName } from './udev-name.ts';

/** Where the values of placeholders come from. */
export interface AnswerFacts {
  hostname: string;
  /** The server's own address. */
  address: string;
  survey: Pick<Survey, 'disks' | 'routes'>;
  plan: Pick<Plan, 'nic' | 'erases' | 'block'>;
  /** Serial of the disk that was asked for. */
  disk?: string | undefined;
  passwordHash?: string | undefined;
}

/** The value of each placeholder on this server, or a sentence why it has none. */
export function answerValues(facts: AnswerFacts): Record<Placeholder, string | { missing: string }> {
  const target = targetOf(facts);
  return {
    'xepa.hostname': facts.hostname.split('.')[0] ?? facts.hostname,
    'xepa.mac': facts.plan.nic.mac,
    'xepa.address': facts.address || { missing: 'the provider tells no address of this server' },
    'xepa.gateway': gatewayOf(facts.survey) ?? { missing: 'the rescue system has no default route' },
    'xepa.disk.serial': target?.serial || { missing: severalDisks },
    'xepa.disk.by_id': target ? (byId(facts, target) ?? { missing: noStableName }) : { missing: severalDisks },
    'xepa.password_hash': facts.passwordHash || { missing: 'XEPA_ANSWER_PASSWORD_HASH is not set on the worker' },
  };
}

/** Of several default routes, the one that the kernel would take. */
function gatewayOf({ routes }: Pick<Survey, 'routes'>): string | null {
  const defaults = routes.filter(({ family, to, via }) => family === 4 && to === 'default' && via !== null);
  return defaults.toSorted((a, b) => a.metric - b.metric)[0]?.via ?? null;
}

const severalDisks = 'the installer sees several disks; say which one with `--disk SERIAL`';
const noStableName = 'the name that the installer will give this disk cannot be told; use {{xepa.disk.serial}}';

function targetOf({ plan, disk }: AnswerFacts): TargetDisk | undefined {
  if (disk !== undefined) return plan.erases.find(({ serial }) => serial === disk);
  return plan.erases.length === 1 ? plan.erases[0] : undefined;
}

/** In the VM the rescue system's disk is QEMU's: of an NVMe disk the model is another one. */
function byId({ plan, survey }: AnswerFacts, target: TargetDisk): string | null {
  const disk = survey.disks.find(({ serial }) => serial === target.serial);
  if (plan.block?.bus === 'nvme')
    return udevName({ transport: 'nvme', model: 'QEMU NVMe Ctrl', serial: target.serial });
  if (!plan.block && disk?.path.startsWith('/dev/disk/by-id/')) return disk.path;
  return disk ? udevName(disk) : null;
}
