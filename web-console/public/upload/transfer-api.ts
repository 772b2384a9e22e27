import type { UploadAt, UploadBegun, UploadLook, UploadRoom } from '../../upload/contract.ts';
import type { Answer } from '../answer.ts';

/** A file as the server is told of it. */
export interface FileNote {
  name: string;
  bytes: number;
  key: string;
}

/** What an upload asks of the server. */
export interface UploadApi {
  begin(file: FileNote): Promise<Answer<UploadBegun>>;
  look(): Promise<Answer<UploadLook>>;
  /** One piece, to its place. */
  send(place: { n: number; offset: number }, piece: Blob, signal: AbortSignal): Promise<Answer<UploadAt>>;
  /** All of it is there. */
  sent(n: number, sha256: string): Promise<Answer<unknown>>;
  stop(n: number): Promise<Answer<unknown>>;
  /** How large a file may be. */
  room(): Promise<Answer<UploadRoom>>;
}
