import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server';
import type { Missing } from '../../core/approval-votes.ts';
import type { BoundRungs } from '../../core/contracts/ladder.ts';

/** What the passkey page shows. `person` is a Slack user id; times are milliseconds since 1970. */
export type StepUpView = VoteView | LinkView;

/** What is being approved, exactly as the approval is bound to it, and what the vote does. */
export interface VoteView {
  purpose: 'vote';
  /** `confirm`: the passkey is still to be shown. `shown`: whether the vote counts was not judged yet. */
  stage: 'confirm' | 'shown' | 'counted';
  person: string;
  install: string;
  device: { name: string; key: string; serial: string | null };
  /** Null where nothing is installed. */
  iso: { name: string; url: string; sha256: string | null } | null;
  /** What is on the disk is started; `snapshot`: and cannot write to it. Null with an install. */
  console: { snapshot: boolean } | null;
  /** SHA-256 of the answer file. */
  answer: string | null;
  /** A line per disk that the installer gets; null while nobody has looked at them. */
  disks: string[] | null;
  /** How disk and network port get into the virtual machine; null where nobody has looked, and nobody asked for one way. */
  rungs: BoundRungs;
  /** Serial of the disk that was asked for. */
  wantedDisk: string | null;
  requester: string;
  reason: string | null;
  because: string;
  rules: string[];
  round: number;
  digest: string;
  expiresAt: number;
  /** What the approval lacks now; empty: the install begins. */
  missing: Missing[];
}

/** Linking passkeys. Who has one must show it before another one is linked, or one is removed. */
export interface LinkView {
  purpose: 'link';
  stage: 'create' | 'prove' | 'manage';
  person: string;
  /** Empty until one was shown: what is linked is told to its owner alone. */
  passkeys: PasskeyLine[];
  /** Id of the passkey that was linked just now. */
  linked: string | null;
}

export interface PasskeyLine {
  id: string;
  label: string;
  createdAt: number;
  lastUsedAt: number | null;
}

/** What the browser is to do with an authenticator. */
export type Offer =
  | { kind: 'get'; options: PublicKeyCredentialRequestOptionsJSON }
  | { kind: 'create'; options: PublicKeyCredentialCreationOptionsJSON };
