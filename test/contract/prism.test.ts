import express from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen } from '../lab/cloud/listen.ts';
import { unknownFields } from '../support/api-description.ts';
import { anyOfThem, type Gap, linked, mendedDescription, orNull } from '../support/mended-description.ts';
import { type PrismProxy, prismBefore } from '../support/prism-before.ts';

const form = {
  type: 'object',
  required: ['size'],
  properties: { size: { type: 'string', enum: ['small', 'large'] } },
};
const thing = { type: 'object', required: ['id'], properties: { id: { type: 'integer' } } };
const content = (type: string, schema: object) => ({ content: { [type]: { schema } } });
const description = {
  openapi: '3.0.3',
  info: { title: 'Things', version: '1' },
  components: { schemas: {} },
  paths: {
    '/things/{id}': {
      post: {
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'integer' } }],
        requestBody: content('application/x-www-form-urlencoded', form),
        responses: { 200: { description: 'done', ...content('application/json', thing) } },
      },
    },
  },
};

let web: Awaited<ReturnType<typeof listen>>;
let prism: PrismProxy;
let answer: { status: number; body: object };

beforeAll(async () => {
  const fake = express().use((_request, response) => void response.status(answer.status).json(answer.body));
  web = await listen(fake);
  prism = await prismBefore(description, `http://127.0.0.1:${web.port}`);
});
afterAll(async () => {
  await prism.close();
  await web.close();
});

const call = (path: string, body: string) =>
  fetch(prism.url + path, { method: 'POST', body: new URLSearchParams(body) }).then((response) => response.json());

describe('Prism before a fake', () => {
  it('passes on what is described, and says nothing', async () => {
    answer = { status: 200, body: { id: 7 } };
    expect(await call('/things/7', 'size=small')).toEqual({ id: 7 });
    expect(prism.violations.splice(0)).toEqual([]);
  });

  it.each([
    ['a field of the request that is missing', '/things/7', 'colour=red', {}, /'size'/],
    ['a value that is none of the field’s', '/things/7', 'size=huge', {}, /size must be .*allowed values/],
    ['a part of the path of another kind', '/things/seven', 'size=small', {}, /id must be integer/],
    ['a path that there is not', '/stuff', 'size=small', {}, /route not found/i],
    ['an answer of another kind', '/things/7', 'size=small', { body: { id: 'seven' } }, /id must be integer/],
    ['an answer without a field', '/things/7', 'size=small', { body: {} }, /'id'/],
    ['a status that is not described', '/things/7', 'size=small', { status: 418 }, /status code/],
  ])('names %s', async (_case, path, body, other, sentence) => {
    answer = { status: 200, body: { id: 7 }, ...other };
    await call(path, body);
    expect(prism.violations.splice(0)).toEqual([expect.stringMatching(sentence)]);
  });

  it('is helped where it is silent: a field that there is not', () => {
    const sent = { method: 'POST', path: '/things/7', fields: ['size', 'colour'] };
    expect(unknownFields(description, sent)).toEqual(['POST /things/7 has no field colour']);
  });
});

describe('a description whose gaps are known', () => {
  const schemas = {
    Href: { type: 'object', properties: { href: { type: 'string' } } },
    Page: { type: 'object', properties: { next: { $ref: '#/components/schemas/Href' }, title: { type: 'string' } } },
    Either: { oneOf: [{ type: 'string' }, { type: 'integer' }], description: 'two' },
    Things: { type: 'array', items: { $ref: '#/components/schemas/Page' } },
    Open: { nullable: true, type: 'string' },
  };
  const api = { paths: {}, components: { schemas } };
  const gap = (path: string, mend: Gap['mend']): Gap => ({
    ...{ at: ['components', 'schemas', ...path.split('.')], because: 'it was recorded', mend },
  });

  it('says what the service does, in a copy', () => {
    const before = structuredClone(api);
    const mended = mendedDescription(api, [
      gap('Page.properties.next', orNull),
      gap('Page.properties.title', orNull),
      gap('Either', anyOfThem),
      gap('Things', linked),
    ]);
    expect(mended.components.schemas).toEqual({
      ...schemas,
      Page: {
        type: 'object',
        properties: { next: { ...schemas.Href, nullable: true }, title: { type: 'string', nullable: true } },
      },
      Either: { anyOf: schemas.Either.oneOf, description: 'two' },
      Things: { type: 'array', items: { $ref: '#/components/schemas/Href' } },
    });
    expect(api).toEqual(before);
  });

  it.each([
    ['null is allowed already', gap('Open', orNull)],
    ['there are no alternatives', gap('Page', anyOfThem)],
    ['there is no such place', gap('Page.properties.none', orNull)],
  ])('refuses to be mended where %s', (_case, none) => {
    expect(() => mendedDescription(api, [none])).toThrow(/nothing to mend at components\/schemas\/.*it was recorded/);
  });
});
