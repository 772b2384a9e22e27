import type { Duplex, Readable } from 'node:stream';
import type { Command } from './command.ts';

/** How we act on a device: commands, files, and a way to its unix sockets. One SSH connection underneath. */
export interface HostShell {
  /**
   * Runs a command and returns what its parser makes of the output.
   * @throws XepaError host-command-failed, host-command-timeout, unreachable, cancelled
   */
  exec<T>(command: Command<T>, signal?: AbortSignal): Promise<T>;
  /** Writes a file of the given mode; it appears at `path` whole or not at all. */
  upload(content: Buffer | Readable, file: { path: string; mode: string }, signal?: AbortSignal): Promise<void>;
  /** A stream to a unix socket on the device. */
  forward(socketPath: string): Promise<Duplex>;
  /**
   * Makes a unix socket on the device that only its user can open; each connection to it is a stream here. What lay at
   * that path goes. Answers with what ends it; it also ends with the connection.
   * @throws XepaError not-allowed when the device's sshd does not do that, unreachable
   */
  listen(socketPath: string, onStream: (stream: Duplex) => void): Promise<() => void>;
  /** Starts a command that goes on; the stream is what it prints and what it reads. Ending the stream is up to the caller. */
  stream(argv: readonly string[]): Promise<Duplex>;
  /** Milliseconds since the device last said anything, for somebody who asks every second or so. Answers to keepalives count. */
  silentMs(): number;
  /** Called once when the connection is gone for whatever reason. */
  onClose(listener: () => void): void;
  close(): void;
}

/** Where and as whom to connect. `hostKey` is the pinned public key blob in base64; null pins nothing yet. */
export interface HostAddress {
  host: string;
  port: number;
  user: string;
  /** Prefix every command with `sudo -n --`. */
  sudo: boolean;
  hostKey: string | null;
}

/**
 * Opens a shell; `seenHostKey` is the key that the host presented, in base64. A living device says something every
 * `keepaliveMs`.
 */
export type OpenShell = (
  address: HostAddress,
  privateKey: string,
  signal?: AbortSignal,
  keepaliveMs?: number,
) => Promise<{ shell: HostShell; seenHostKey: string }>;
