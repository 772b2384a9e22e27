import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { StepName } from './contracts/step-name.ts';
import { XepaError } from './errors.ts';
import { pngSize } from './png.ts';

/** Why a picture was taken, once each: a moment of the install, or a person's wish with its nonce. */
const PictureKind = z.custom<`milestone:${PictureMilestone}` | `asked:${string}`>(
  (value) =>
    typeof value === 'string' && /^(milestone:(console-ready|before-handback|failed)|asked:[\w-]+)$/.test(value),
);
export type PictureKind = z.infer<typeof PictureKind>;
export type PictureMilestone = 'console-ready' | 'before-handback' | 'failed';

/** What is known of a picture of the VM's screen; the picture itself is a PNG beside it. */
const Picture = z.object({
  kind: PictureKind,
  /** When it was taken, in milliseconds since 1970, and in which step. */
  at: z.number(),
  step: StepName,
  /** Slack user ids of those who asked for it. */
  askedBy: z.array(z.string()),
  /** Pixels. */
  width: z.number(),
  height: z.number(),
  sha256: z.string(),
});
export type Picture = z.infer<typeof Picture>;

/** The newest pictures of an install's screen. They are news and no record: Redis forgets them. */
export interface PictureStore {
  /**
   * Keeps a PNG; of one kind the first stays.
   * @returns false when there was one of that kind already
   * @throws XepaError bad-input for bytes that are no PNG or too many
   */
  put(installId: string, about: Pick<Picture, 'kind' | 'at' | 'step' | 'askedBy'>, png: Buffer): Promise<boolean>;
  has(installId: string, kind: PictureKind): Promise<boolean>;
  /** The oldest first. */
  list(installId: string): Promise<Picture[]>;
  /** The PNG, or null when it is forgotten. */
  bytes(installId: string, kind: PictureKind): Promise<Buffer | null>;
}

/** Larger ones are not kept. */
export const MAX_PICTURE_BYTES = 1_500_000;
const KEPT = 10;
const KEEP_SECONDS = 7 * 24 * 3600;

/** KEYS: PNGs by kind, list of what is known of them. ARGV: kind, PNG, what is known of it. */
const putScript = `
if redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2]) == 0 then return 0 end
redis.call('RPUSH', KEYS[2], ARGV[3])
while redis.call('LLEN', KEYS[2]) > ${KEPT} do
  redis.call('HDEL', KEYS[1], cjson.decode(redis.call('LPOP', KEYS[2])).kind)
end
for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, ${KEEP_SECONDS}) end
return 1`;

export function createPictureStore(deps: { redis: Redis }): PictureStore {
  const { redis } = deps;
  return {
    async put(installId, about, png) {
      const picture: Picture = { ...about, ...checked(png) };
      const { pngs, list } = keysOf(installId);
      return (await redis.eval(putScript, 2, pngs, list, picture.kind, png, JSON.stringify(picture))) === 1;
    },
    has: async (installId, kind) => (await redis.hexists(keysOf(installId).pngs, kind)) === 1,
    async list(installId) {
      const texts = await redis.lrange(keysOf(installId).list, 0, -1);
      return texts.map((text) => Picture.parse(JSON.parse(text)));
    },
    bytes: (installId, kind) => redis.hgetBuffer(keysOf(installId).pngs, kind),
  };
}

/** @throws XepaError bad-input */
export function checked(png: Buffer): Pick<Picture, 'width' | 'height' | 'sha256'> {
  const size = png.length <= MAX_PICTURE_BYTES ? pngSize(png) : null;
  if (size) return { ...size, sha256: createHash('sha256').update(png).digest('hex') };
  throw new XepaError('bad-input', {
    message: `${png.length} bytes that are no PNG, or a PNG that is too large`,
    userMessage: 'What the server sent as a picture of the screen is none, or too large, so it was left out.',
  });
}

/** Both keys share the install's hash tag: one script changes them. */
function keysOf(installId: string): { pngs: string; list: string } {
  return { pngs: `xepa:{${installId}}:pictures`, list: `xepa:{${installId}}:pictures:list` };
}
