import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { parsePolicy } from '../../bot/policy/parse-policy.ts';
import { findHelm, type Helm } from '../support/helm.ts';
import { type Manifest, readManifests, typeErrors } from '../support/manifests.ts';

const found = await findHelm();
const policy = `# who may do what
version: 1
roles:
  operator: { everyone: true }
  approver: { groups: [S02SRELEADS], label: "@sre-leads" }
rules:
  - name: change-ticket
    match: { actions: [install], tags: [prod] }
    reason:
      pattern: '\\bCHG-\\d+\\b'
    require:
      - approvals: 1
`;
const variants: Record<string, string[]> = {
  default: [],
  'http mode behind an ingress': [
    ...['--set', 'slack.mode=http', '--set', 'ingress.enabled=true', '--set', 'ingress.className=nginx'],
    ...['--set', 'ingress.tlsSecret=xepa-tls', '--set', 'networkPolicy.enabled=true'],
  ],
  'installed by OAuth behind an ingress': [
    ...['--set', 'slack.mode=http', '--set', 'slack.oauth=true', '--set', 'ingress.enabled=true'],
    ...['--set', 'bot.settings.XEPA_SLACK_TEAMS=T01'],
  ],
  'existing secrets': [
    ...['--set', 'secrets.existingSecret=mine', '--set', 'redis.existingSecret=redis', '--set', 'redis.key=url'],
    ...['--set', 'worker.secretKeys={XEPA_SECRET,SOME_PROVIDER_TOKEN}', '--set', 'imagePullSecrets[0].name=pull'],
  ],
  'secrets from values': [
    ...['--set', 'secrets.values.XEPA_SECRET=0123456789abcdef0123456789abcdef', '--set', 'redis.url=rediss://r:6379'],
    ...['--set', 'worker.volumes[0].name=lab', '--set', 'worker.volumes[0].secret.secretName=devices'],
    ...['--set', 'worker.volumeMounts[0].name=lab', '--set', 'worker.volumeMounts[0].mountPath=/etc/xepa'],
    ...['--set', 'settings.XEPA_LOG_LEVEL=debug', '--set', 'bot.podAnnotations.team=infra'],
  ],
  'a policy': [
    ...['--set-json', `policy=${JSON.stringify(policy)}`, '--set', 'bot.volumes[0].name=ca'],
    ...['--set', 'bot.volumes[0].secret.secretName=ca', '--set', 'bot.volumeMounts[0].name=ca'],
    ...['--set', 'bot.volumeMounts[0].mountPath=/etc/ca'],
  ],
};

const Pod = z.looseObject({
  automountServiceAccountToken: z.literal(false),
  terminationGracePeriodSeconds: z.number(),
  securityContext: z.looseObject({
    runAsNonRoot: z.literal(true),
    seccompProfile: z.looseObject({ type: z.string() }),
  }),
  containers: z.array(
    z.looseObject({
      args: z.array(z.string()),
      ports: z.array(z.looseObject({ name: z.string(), containerPort: z.number() })),
      env: z.array(z.looseObject({ name: z.string(), valueFrom: z.looseObject({ secretKeyRef: SecretRef() }) })),
      securityContext: z.looseObject({
        allowPrivilegeEscalation: z.literal(false),
        readOnlyRootFilesystem: z.literal(true),
        capabilities: z.looseObject({ drop: z.array(z.string()) }),
      }),
      readinessProbe: z.looseObject({ httpGet: z.looseObject({ path: z.string(), port: z.string() }) }),
      livenessProbe: z.looseObject({ httpGet: z.looseObject({ path: z.string(), port: z.string() }) }),
    }),
  ),
});
const Mounts = z.looseObject({
  volumes: z.array(z.looseObject({ name: z.string() })).default([]),
  containers: z.tuple([z.looseObject({ volumeMounts: z.array(z.looseObject({ name: z.string() })).default([]) })]),
});
const NetworkPolicy = z.looseObject({
  spec: z.looseObject({
    egress: z.array(z.looseObject({ ports: z.array(z.looseObject({ port: z.number() })) })),
  }),
});
const ConfigMap = z.looseObject({ data: z.record(z.string(), z.string()) });
const Deployment = z.looseObject({
  spec: z.looseObject({
    selector: z.looseObject({ matchLabels: z.record(z.string(), z.string()) }),
    template: z.looseObject({
      metadata: z.looseObject({
        labels: z.record(z.string(), z.string()),
        annotations: z.record(z.string(), z.string()),
      }),
      spec: Pod,
    }),
  }),
});

describe('the chart', () => {
  let helm: Helm;

  beforeEach((context) => {
    if ('missing' in found) context.skip(`no helm: ${found.missing}`);
  });
  beforeAll(() => {
    if ('helm' in found) helm = found.helm;
    // Said aloud: a reporter may count skipped tests without their reason.
    else console.warn(`The chart is not tested: ${found.missing}`);
  });

  async function render(...args: string[]): Promise<Manifest[]> {
    const result = await helm(['template', 'xepa', 'helm', '--namespace', 'ops', ...args]);
    expect(result.ok, result.output).toBe(true);
    return readManifests(result.output);
  }

  async function deployment(name: string, ...args: string[]) {
    const manifests = await render(...args);
    return Deployment.parse(manifests.find((each) => each.kind === 'Deployment' && each.metadata.name === name));
  }

  test.each(Object.entries(variants))('passes strict lint: %s', async (_name, args) => {
    const result = await helm(['lint', '--strict', 'helm', ...args]);
    expect(result.output).toContain('0 chart(s) failed');
    expect(result.ok).toBe(true);
  });

  test('renders only what the Kubernetes types allow, in every variant', async () => {
    const all = await Promise.all(Object.values(variants).map((args) => render(...args)));
    expect(await typeErrors('variants', all.flat())).toBe('');
  }, 60_000);

  test('a wrong key in a manifest would be noticed', async () => {
    const manifests = await render();
    const services = manifests.filter((each) => each.kind === 'Service');
    const wrong = services.map((each) => ({ ...each, spec: { ports: [{ port: 80, targetPrt: 'http' }] } }));
    expect(await typeErrors('wrong', wrong)).toContain('targetPrt');
  }, 60_000);

  test.each([
    ['an unknown key', ['--set', 'replicas=3'], 'replicas'],
    ['an unknown key deep inside', ['--set', 'bot.resources.requests.cpus=1'], 'cpus'],
    ['OAuth in socket mode', ['--set', 'slack.oauth=true'], 'mode'],
    ['a mode that is none', ['--set', 'slack.mode=carrier-pigeon'], 'mode'],
    ['a public URL without TLS', ['--set', 'publicUrl=http://xepa.example.com'], 'publicUrl'],
    ['a public URL with a path', ['--set', 'publicUrl=https://example.com/xepa'], 'publicUrl'],
    ['a password in a plain setting', ['--set', 'redis.url=redis://:pw@redis:6379'], 'url'],
    ['a secret among the plain settings', ['--set', 'settings.SLACK_BOT_TOKEN=xoxb-1'], 'SLACK_BOT_TOKEN'],
    ['a port that the probes would not know', ['--set', 'settings.XEPA_BOT_HEALTH_PORT=9'], 'XEPA_BOT_HEALTH_PORT'],
    ['text where a number is due', ['--set-string', 'worker.replicas=two'], 'replicas'],
  ])('refuses %s and names it', async (_what, args, named) => {
    const result = await helm(['template', 'xepa', 'helm', ...args]);
    expect(result.ok).toBe(false);
    expect(result.output).toContain(named);
  });

  test('refuses two sources of secrets at once', async () => {
    const both = ['--set', 'secrets.existingSecret=mine', '--set', 'secrets.values.XEPA_SECRET=x'];
    const result = await helm(['template', 'xepa', 'helm', ...both]);
    expect(result.output).toContain('secrets.existingSecret or secrets.values, not both');
    expect(result.ok).toBe(false);
  });

  test('refuses two sources of the policy at once', async () => {
    const both = ['--set', 'policy=version: 1', '--set', 'bot.settings.XEPA_POLICY_FILE=/etc/mine.yaml'];
    const result = await helm(['template', 'xepa', 'helm', ...both]);
    expect(result.output).toContain('Set policy or the setting XEPA_POLICY_FILE, not both');
    expect(result.ok).toBe(false);
  });

  test('gives the policy to the bot alone, word for word, beside what else is mounted', async () => {
    const args = variants['a policy'] ?? [];
    const held = ConfigMap.parse(await configMap('xepa-policy', ...args)).data['policy.yaml'] ?? '';
    expect(held).toBe(policy);
    expect(parsePolicy(held, 'policy.yaml').rules[0]?.name).toBe('change-ticket');
    const bot = await mounts('xepa-bot', ...args);
    expect(bot.volumes.map(({ name }) => name)).toEqual(['ca', 'xepa-policy']);
    expect(bot.volumes.at(-1)).toEqual({ name: 'xepa-policy', configMap: { name: 'xepa-policy' } });
    // The whole folder: a file that is mounted by itself is never brought up to date.
    expect(bot.containers[0].volumeMounts.at(-1)).toEqual({
      name: 'xepa-policy',
      mountPath: '/etc/xepa-policy',
      readOnly: true,
    });
    expect(await settingOf('xepa-bot', ...args)).toBe('/etc/xepa-policy/policy.yaml');
    for (const name of ['xepa-worker', 'xepa-web-console']) {
      expect(await mounts(name, ...args)).toMatchObject({ volumes: [], containers: [{ volumeMounts: [] }] });
      expect(await settingOf(name, ...args)).toBeUndefined();
    }
  });

  test('has no policy, and no volume, where none was given', async () => {
    expect(await configMap('xepa-policy')).toBeUndefined();
    expect(await mounts('xepa-bot')).toMatchObject({ volumes: [], containers: [{ volumeMounts: [] }] });
    expect(await settingOf('xepa-bot')).toBeUndefined();
  });

  test('restarts nothing for another policy, and the bot when there is one for the first time', async () => {
    const checksum = async (...args: string[]) =>
      (await deployment('xepa-bot', ...args)).spec.template.metadata.annotations['checksum/config'];
    const [first, second] = [
      await checksum('--set', 'policy=version: 1'),
      await checksum('--set', 'policy=version: 2'),
    ];
    expect(first).toBe(second);
    expect(first).not.toBe(await checksum());
  });

  test('lets the bot reach Slack and Redis, and no device', async () => {
    const manifests = await render('--set', 'networkPolicy.enabled=true');
    const found = manifests.find((each) => each.kind === 'NetworkPolicy' && each.metadata.name === 'xepa-bot');
    const { spec } = NetworkPolicy.parse(found);
    expect(spec.egress.flatMap(({ ports }) => ports.map(({ port }) => port))).toEqual([53, 53, 6379, 443]);
  });

  test('runs one Deployment per process, each hardened, probed at its own health port', async () => {
    for (const [component, port] of Object.entries({ bot: 3001, worker: 3002, 'web-console': 8080 })) {
      const { spec } = await deployment(`xepa-${component}`);
      const [container] = spec.template.spec.containers;
      expect(container?.args).toEqual([component]);
      expect(container?.securityContext.capabilities.drop).toEqual(['ALL']);
      expect(spec.template.spec.securityContext.seccompProfile.type).toBe('RuntimeDefault');
      const named = container?.ports.find(({ name }) => name === container.readinessProbe.httpGet.port);
      expect(named?.containerPort).toBe(port);
      expect(container?.livenessProbe.httpGet).toEqual({ path: '/healthz', port: named?.name });
      expect(spec.template.metadata.labels).toMatchObject(spec.selector.matchLabels);
    }
  });

  test('gives each process the secrets it needs and no others', async () => {
    const extra = ['--set', 'worker.secretKeys={XEPA_SECRET,SOME_PROVIDER_TOKEN}'];
    expect(await secretsOf('xepa-bot', ...extra)).toEqual([
      'REDIS_URL',
      'SLACK_APP_TOKEN',
      'SLACK_BOT_TOKEN',
      'XEPA_SECRET',
      'XEPA_SECRET_PREVIOUS',
    ]);
    expect(await secretsOf('xepa-worker', ...extra)).toEqual(['REDIS_URL', 'SOME_PROVIDER_TOKEN', 'XEPA_SECRET']);
    expect(await secretsOf('xepa-web-console')).toEqual(['REDIS_URL', 'XEPA_SECRET', 'XEPA_SECRET_PREVIOUS']);
  });

  test('asks for the signing secret in place of the app token in http mode', async () => {
    const names = await secretsOf('xepa-bot', '--set', 'slack.mode=http');
    expect(names).toContain('SLACK_SIGNING_SECRET');
    expect(names).not.toContain('SLACK_APP_TOKEN');
  });

  test('where workspaces install the app, asks for its id and secret in place of a token, and leads browsers to the bot', async () => {
    const oauth = ['--set', 'slack.mode=http', '--set', 'slack.oauth=true', '--set', 'ingress.enabled=true'];
    const names = await secretsOf('xepa-bot', ...oauth);
    expect(names).toEqual(expect.arrayContaining(['SLACK_CLIENT_ID', 'SLACK_CLIENT_SECRET', 'SLACK_SIGNING_SECRET']));
    expect(names).not.toContain('SLACK_BOT_TOKEN');
    const paths = async (...args: string[]) => {
      const ingress = JSON.stringify((await render(...args)).find((each) => each.kind === 'Ingress'));
      return ['/slack/events', '/slack/install', '/slack/oauth_redirect'].filter((path) =>
        ingress.includes(`"${path}"`),
      );
    };
    expect(await paths(...oauth)).toHaveLength(3);
    expect(await paths('--set', 'slack.mode=http', '--set', 'ingress.enabled=true')).toEqual(['/slack/events']);
  });

  test('shows the bot to the outside in http mode only', async () => {
    const services = (manifests: Manifest[]) =>
      manifests.filter((each) => each.kind === 'Service').map((each) => each.metadata.name);
    expect(services(await render())).toEqual(['xepa-web-console']);
    expect(services(await render('--set', 'slack.mode=http')).sort()).toEqual(['xepa-bot', 'xepa-web-console']);
  });

  test('restarts the pods when a setting changes, and only those it concerns', async () => {
    const checksum = async (name: string, ...args: string[]) =>
      (await deployment(name, ...args)).spec.template.metadata.annotations['checksum/config'];
    const change = ['--set', 'bot.settings.XEPA_PROTECTED_TAGS=prod'];
    expect(await checksum('xepa-bot', ...change)).not.toBe(await checksum('xepa-bot'));
    expect(await checksum('xepa-worker', ...change)).toBe(await checksum('xepa-worker'));
  });

  test('keeps what comes from the values out of the ConfigMaps when it is a secret', async () => {
    const manifests = await render('--set', 'secrets.values.XEPA_SECRET=hush-hush-hush');
    const holders = manifests.filter((each) => JSON.stringify(each).includes('hush-hush-hush'));
    expect(holders.map((each) => each.kind)).toEqual(['Secret']);
  });

  async function mounts(name: string, ...args: string[]) {
    return Mounts.parse((await deployment(name, ...args)).spec.template.spec);
  }

  async function configMap(name: string, ...args: string[]): Promise<Manifest | undefined> {
    return (await render(...args)).find((each) => each.kind === 'ConfigMap' && each.metadata.name === name);
  }

  async function settingOf(name: string, ...args: string[]): Promise<string | undefined> {
    return ConfigMap.parse(await configMap(name, ...args)).data.XEPA_POLICY_FILE;
  }

  async function secretsOf(name: string, ...args: string[]): Promise<string[]> {
    const { spec } = await deployment(name, ...args);
    return (spec.template.spec.containers[0]?.env ?? []).map((each) => each.name).sort();
  }
});

function SecretRef() {
  return z.looseObject({ name: z.string(), key: z.string() });
}
