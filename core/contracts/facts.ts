import { z } from 'zod';
import { KexecFacts } from './kexec.ts';
import { BondedPort, LifelineFacts } from './lifeline.ts';
import { FirmwareImage, MachineFacts } from './machine-facts.ts';
import { Plan } from './plan.ts';
import { Question } from './question.ts';
import { Survey } from './survey.ts';

/** What the provider said of the device before we changed anything. `saved` is the adapter's own, put back by `boot`. */
const ReserveFacts = z.object({
  name: z.string(),
  address: z.string(),
  macs: z.array(z.string()),
  saved: z.record(z.string(), z.unknown()),
  /** Ports of its bond, where our connection is to move to another one. */
  ports: z.array(BondedPort).optional(),
});

/** The install's own key pair (the private half is sealed in the record) and how often rescue was entered. */
const RescueFacts = z.object({
  publicKey: z.string(),
  entries: z.number(),
  requestedAt: z.number().optional(),
  /** The provider's own mark of "before this request": with it a repeated request is recognised. */
  marker: z.string().optional(),
  /**
   * What is known of the restart that was asked for last, to tell what answers from what was there before it. `by`: run of the worker by whose
   * clock `requestedAt` is. `bootIdBefore`: of the system that had proven itself until then. `quietUntil`: nobody is believed before,
   * since a start that was asked for earlier may still come up. `none`: the provider restarts nothing.
   */
  restart: z
    .object({
      by: z.string(),
      bootIdBefore: z.string().optional(),
      quietUntil: z.number().optional(),
      none: z.boolean().optional(),
    })
    .optional(),
  /**
   * Whoever must let us in, since the provider cannot bring the key along, was asked at this entry: to log in to `host` as the provider
   * shows them, and to add the key for `user`. `hostKey`: the fingerprint that answered there; null where none was seen.
   */
  letIn: z
    .object({
      entry: z.number(),
      host: z.string(),
      user: z.string(),
      hostKey: z.string().nullable(),
      provider: z.string(),
    })
    .optional(),
});

/** How the rescue system is reached. `hostKey` is the public key blob in base64, pinned from here on. */
export const ReachFacts = z.object({
  host: z.string(),
  port: z.number(),
  user: z.string(),
  sudo: z.boolean(),
  hostKey: z.string(),
  fingerprint: z.string(),
  bootId: z.string(),
});
export type ReachFacts = z.infer<typeof ReachFacts>;

/** `kvm`: /dev/kvm works; `ovmf`: firmware images as they are after the packages were added. */
const PrepareFacts = z.object({
  added: z.array(z.string()),
  kvm: z.boolean(),
  ovmf: FirmwareImage.nullable(),
  machine: MachineFacts.optional(),
});

/**
 * The ISO on the device. `boots` tells what its El Torito catalogue offers; `windows`: Microsoft made it. With `stream` the VM was
 * started while it was still arriving: `drive` is what QEMU opens instead of the file, `verified` whether there is nothing to wait
 * for any more, and without `kept` it is read where it is and never lies on the device.
 */
export const MediaFacts = z.object({
  path: z.string(),
  bytes: z.number(),
  sha256: z.string(),
  label: z.string(),
  boots: z.array(z.enum(['bios', 'uefi'])),
  windows: z.boolean().optional(),
  stream: z.object({ drive: z.string(), verified: z.boolean(), kept: z.boolean() }).optional(),
  /** Why it was downloaded first though it was to be streamed; the end of a sentence. */
  notStreamed: z.string().optional(),
});
export type MediaFacts = z.infer<typeof MediaFacts>;

/** A disc on the device beside the ISO. */
const ExtraDisc = z.object({ path: z.string(), name: z.string(), bytes: z.number(), sha256: z.string() });

/** What the installer gets beside its ISO. `kernel`: kernel and initrd of the ISO, to be booted past its boot loader. */
export const ExtrasFacts = z.object({
  also: z.array(ExtraDisc),
  answer: z.string().optional(),
  kernel: z.object({ of: z.string(), kernel: z.string(), initrd: z.string(), append: z.string() }).optional(),
});
export type ExtrasFacts = z.infer<typeof ExtrasFacts>;

/** Another ISO on the device, fetched while the VM runs. `bytes` is null where its server did not tell. */
export const OtherDiscFacts = z.object({
  n: z.number(),
  state: z.enum(['fetching', 'ready', 'failed']),
  name: z.string(),
  path: z.string(),
  bytes: z.number().nullable(),
  sha256: z.string(),
  why: z.string(),
});
export type OtherDiscFacts = z.infer<typeof OtherDiscFacts>;

/** The drivers that the kernel had bound before we changed them: saved before the first change. */
export const BindFacts = z.object({
  previous: z.array(z.object({ address: z.string(), driver: z.string().nullable() })),
  deadManSeconds: z.number(),
});
export type BindFacts = z.infer<typeof BindFacts>;

/** Paths of the VM's sockets on the device, all unix sockets of mode 0600 in a folder of mode 0700. */
export const LaunchFacts = z.object({
  dir: z.string(),
  vnc: z.string(),
  qmp: z.string(),
  qmpConsole: z.string(),
  /** Nobody asks anything here: it tells that the guest has ended. Not there where the VM was started before it was. */
  qmpEvents: z.string().optional(),
  serial: z.array(z.string()),
  /** What each port has said, kept by QEMU on the device. None where the VM was started before they were written down. */
  serialLogs: z.array(z.string()).default([]),
  pidFile: z.string(),
  startedAt: z.number(),
});
export type LaunchFacts = z.infer<typeof LaunchFacts>;

/** `reboots`: how often the guest had rebooted before. */
const AttendFacts = z.object({
  ended: z.enum(['guest-powered-off', 'guest-rebooted', 'boot-metal']),
  by: z.string().optional(),
  reboots: z.number().optional(),
});
/**
 * `restored`: what went back to which driver; `loaders`: what was found out about starting from the disk; `written`: each file that was
 * written on it; `notes`: what else to know of the installed system. A sentence each. `loader`: path of the loader that firmware
 * should start, on its EFI partition. `bootable` as in worker/host/bootable.ts.
 */
export const HandbackFacts = z.object({
  restored: z.array(z.string()),
  loaders: z.array(z.string()),
  written: z.array(z.string()).default([]),
  notes: z.array(z.string()).default([]),
  loader: z.string().nullable().default(null),
  bootable: z.object({ verdict: z.enum(['yes', 'no', 'unsure']), why: z.string() }).optional(),
});
export type HandbackFacts = z.infer<typeof HandbackFacts>;

/** `saidBy`: the Slack user id of who says that it is up; `inRescue`: the server was left in rescue. */
const VerifyFacts = z.object({
  up: z.boolean(),
  evidence: z.string(),
  saidBy: z.string().optional(),
  inRescue: z.boolean().optional(),
});

/**
 * What `verify` does after it has asked once. `since`: from when on the metal has its time. `handled`: the last question whose answer was
 * acted on. `entriesBefore`: entries into rescue before the way back.
 */
const ComeBackFacts = z.object({
  state: z.enum(['watching', 'returning', 'in-rescue']),
  since: z.number(),
  handled: z.number(),
  entriesBefore: z.number(),
});

/**
 * The last time that somebody wanted the console again after the metal had been started from its disk. `n` counts these rounds; `by`: the
 * Slack user id of who wanted it. `failed`: why it came to nothing, a sentence; people are asked again then.
 */
const AgainFacts = z.object({ n: z.number(), by: z.string(), failed: z.string().optional() });

/** What was learnt about the device, a part per step. A part is there once its step has saved it. */
export const Facts = z
  .object({
    reserve: ReserveFacts,
    rescue: RescueFacts,
    reach: ReachFacts,
    survey: Survey,
    kexec: KexecFacts,
    plan: Plan,
    lifeline: LifelineFacts,
    prepare: PrepareFacts,
    media: MediaFacts,
    extras: ExtrasFacts,
    otherDisc: OtherDiscFacts,
    bind: BindFacts,
    launch: LaunchFacts,
    /** `openForMs`: how long a console may stay open, from the start of `attend` on. */
    console: z.object({ readyAt: z.number(), openForMs: z.number().optional() }),
    attend: AttendFacts,
    /** When the guest was first asked to power down. */
    poweringDown: z.object({ since: z.number() }),
    handback: HandbackFacts,
    /** Somebody wants the server left in rescue. `by`: their Slack user id. */
    stays: z.object({ by: z.string() }),
    /** `entry`: which entry into rescue this restart left. Absent: the last one before it. */
    boot: z.object({ requestedAt: z.number(), marker: z.string(), entry: z.number().optional() }),
    /** The last question that was put to people. */
    question: Question,
    comeBack: ComeBackFacts,
    again: AgainFacts,
    verify: VerifyFacts,
  })
  .partial();
export type Facts = z.infer<typeof Facts>;
