import type { webApi } from '@slack/bolt';
import { z } from 'zod';

/** A file for Slack. Words are plain text. */
export interface SlackFile {
  name: string;
  bytes: Buffer;
  /** For people who cannot see a picture; Slack takes it for pictures only. */
  altText?: string;
}

/** Files in two halves: until the second one nobody sees anything, so the first may be repeated at will. */
export interface SlackFiles {
  /** Uploads the bytes and answers with the file's id. */
  stage(file: SlackFile): Promise<string>;
  /** Makes a staged file appear, once. @param share `comment` is mrkdwn in which everything user-made is escaped */
  share(fileId: string, share: { channel: string; thread?: string; title: string; comment: string }): Promise<void>;
  /** The channel of direct messages with somebody. */
  directChannel(user: string): Promise<string>;
}

/** Slack's limit for alt_txt, in characters. */
const MAX_ALT_TEXT = 1000;
const UPLOAD_MS = 20_000;

const Upload = z.looseObject({ upload_url: z.url(), file_id: z.string() });
const Opened = z.looseObject({ channel: z.looseObject({ id: z.string() }) });

/**
 * The external upload by its three calls. The library's `filesUploadV2` does the same in one, but sends the alternative
 * text under a name that Slack does not know (`alt_text` for `alt_txt`), and does not tell which half failed.
 * @param deps `client` must not repeat calls by itself: a repeated second half could show the file twice
 */
export function createSlackFiles(deps: { client: webApi.WebClient; fetch: typeof fetch }): SlackFiles {
  const { client } = deps;
  return {
    async stage({ name, bytes, altText }) {
      const answer = await client.apiCall('files.getUploadURLExternal', {
        filename: name,
        length: bytes.length,
        ...(altText === undefined ? {} : { alt_txt: [...altText].slice(0, MAX_ALT_TEXT).join('') }),
      });
      const { upload_url: url, file_id: fileId } = Upload.parse(answer);
      const signal = AbortSignal.timeout(UPLOAD_MS);
      const body = new Uint8Array(bytes);
      const taken = await deps.fetch(url, { method: 'POST', body, redirect: 'error', signal });
      if (!taken.ok) throw new Error(`Slack answered ${taken.status} to an upload`);
      return fileId;
    },
    async share(fileId, { channel, thread, title, comment }) {
      await client.apiCall('files.completeUploadExternal', {
        files: [{ id: fileId, title }],
        channel_id: channel,
        initial_comment: comment,
        ...(thread === undefined ? {} : { thread_ts: thread }),
      });
    },
    async directChannel(user) {
      return Opened.parse(await client.conversations.open({ users: user })).channel.id;
    },
  };
}
