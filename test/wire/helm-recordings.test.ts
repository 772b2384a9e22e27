import { describe, expect, test } from 'vitest';
import { findHelm } from '../support/helm.ts';
import { type Manifest, readManifests, typeErrors } from '../support/manifests.ts';

const found = await findHelm();

describe.skipIf('missing' in found)('the chart with a volume for recordings', () => {
  async function render(...args: string[]): Promise<Manifest[]> {
    if ('missing' in found) throw new Error(found.missing);
    const result = await found.helm(['template', 'xepa', 'helm', ...args]);
    expect(result.ok, result.output).toBe(true);
    return readManifests(result.output);
  }

  test('mounts it into the console, where it can be written, and into nothing else', async () => {
    const manifests = await render('--set', 'recordings.existingClaim=tapes');
    const holders = manifests.filter((each) => JSON.stringify(each).includes('xepa-recordings'));
    expect(holders.map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort()).toEqual([
      'ConfigMap xepa-web-console',
      'Deployment xepa-web-console',
    ]);
    expect(holders.find(({ kind }) => kind === 'ConfigMap')).toMatchObject({
      data: { XEPA_RECORDINGS_DIR: '/var/lib/xepa-recordings' },
    });
    expect(holders.find(({ kind }) => kind === 'Deployment')).toMatchObject({
      spec: {
        template: {
          spec: {
            securityContext: { fsGroup: 1000, runAsNonRoot: true },
            volumes: [{ name: 'xepa-recordings', persistentVolumeClaim: { claimName: 'tapes' } }],
            containers: [{ volumeMounts: [{ name: 'xepa-recordings', mountPath: '/var/lib/xepa-recordings' }] }],
          },
        },
      },
    });
    expect(await typeErrors('recordings', manifests)).toBe('');
  }, 60_000);

  test('has none of it where no claim is named', async () => {
    expect(JSON.stringify(await render())).not.toMatch(/recordings|fsGroup/i);
  });
});
