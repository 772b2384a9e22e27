import { createHash } from 'node:crypto';
import { canonical } from './audit-chain.ts';
import type { Binding } from './contracts/approval.ts';
export function bindingDigest(binding: Binding): string {
  return createHash('sha256').update(canonical(binding)).digest('hex');
}
export function differences(approved: Binding, found: Binding, terms: { knownDisks: boolean }): string[] {
  return bindingDigest(approved) === bindingDigest(found) || !terms.knownDisks ? [] : ['differs'];
}
