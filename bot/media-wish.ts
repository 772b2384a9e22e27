import { MediaMode } from '../core/contracts/install.ts';
import { notAllowed } from './bad-input.ts';
import type { InstallDraft } from './install-request.ts';
import { oneOf } from './one-of.ts';

/**
 * How somebody wants the ISO to get to the server; nothing where they leave it to XEPA.
 * @throws XepaError bad-input
 */
export function mediaWished(wish: { media?: string | undefined }): { media?: MediaMode } {
  const media = oneOf(MediaMode, '--media', wish.media);
  return media === undefined ? {} : { media };
}

/**
 * Where the policy wants an ISO verified before anything starts from it.
 * @param of `digestFirst`: names of the rules that want it
 * @throws XepaError not-allowed
 */
export function mustBeDigestFirst(
  of: Pick<InstallDraft['judgement'], 'digestFirst'>,
  request: Pick<InstallDraft['request'], 'iso' | 'media'>,
): void {
  const why = digestFirstFault(of.digestFirst, request);
  if (why !== null) throw notAllowed(why);
}

/** Why such an ISO may not be used, a sentence; null where it may. */
export function digestFirstFault(
  rules: readonly string[] | undefined,
  { iso, media }: Pick<InstallDraft['request'], 'iso' | 'media'>,
): string | null {
  if (!rules || !iso) return null;
  const who = `Rule${rules.length > 1 ? 's' : ''} ${rules.join(', ')} of the policy`;
  if (iso.sha256 === undefined) {
    return `${who} wants ISOs that are verified before they are used, and this one has no checksum. Add \`--sha256\`.`;
  }
  if (media !== 'stream') return null;
  return `${who} wants ISOs that are verified before they are used, so none is streamed. Leave \`--media stream\` out.`;
}
