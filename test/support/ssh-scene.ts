import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import type { HostAddress, HostShell, OpenShell } from '../../core/ssh/host-shell.ts';
import { openSshShell } from '../../core/ssh/ssh-shell.ts';
import { type FakeSshHost, startFakeSshHost } from '../fakes/fake-ssh-host.ts';

/** A machine on loopback that runs our commands with its real shell, fresh for each test, and a shell on it. */
export interface SshScene {
  home: string;
  host: FakeSshHost;
  shell: HostShell;
  /** How the machine is reached, changed where a test wants it. */
  at(given?: Partial<HostAddress>): HostAddress;
}

/**
 * Sets the scene up for every test of the file, and fails the file on an error that nobody caught.
 * @param openShell how the shell on it is opened
 */
export function useSshScene(openShell: OpenShell = openSshShell): SshScene {
  const unhandled: unknown[] = [];
  const onUnhandled = (error: unknown) => void unhandled.push(error);
  const stage: Partial<Pick<SshScene, 'home' | 'host' | 'shell'>> = {};
  const scene: SshScene = {
    get home() {
      return here(stage.home);
    },
    get host() {
      return here(stage.host);
    },
    get shell() {
      return here(stage.shell);
    },
    at: (given = {}) => {
      const { port, hostKey } = scene.host;
      return { host: '127.0.0.1', port, user: 'root', sudo: false, hostKey, ...given };
    },
  };
  beforeAll(() => void process.on('unhandledRejection', onUnhandled));
  afterAll(() => {
    process.off('unhandledRejection', onUnhandled);
    expect(unhandled).toEqual([]);
  });
  beforeEach(async () => {
    stage.home = await mkdtemp(join(tmpdir(), 'xepa-ssh-'));
    stage.host = await startFakeSshHost({ run: 'sh', home: stage.home, binaries: stage.home });
    stage.shell = (await openShell(scene.at(), stage.host.privateKey)).shell;
  });
  afterEach(async () => {
    scene.shell.close();
    await scene.host.close();
    await rm(scene.home, { recursive: true, force: true });
    await turn();
  });
  return scene;
}

function here<T>(part: T | undefined): T {
  if (part === undefined) throw new Error('the scene is set up before each test');
  return part;
}
