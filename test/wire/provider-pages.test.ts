import express from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { callPage } from '../../worker/providers/http.ts';
import { type Listening, listen } from '../lab/cloud/listen.ts';

let web: Listening;
beforeAll(async () => {
  web = await listen(
    express().use((request, response) => {
      const link = request.query.link;
      response.set(link === undefined ? {} : { Link: String(link) }).json([]);
    }),
  );
});
afterAll(() => web.close());

const page = (link?: string) =>
  callPage(
    {
      ...{ method: 'GET', headers: {}, signal: new AbortController().signal, provider: 'Acme', secrets: [] },
      url: `http://127.0.0.1:${web.port}/${link === undefined ? '' : `?link=${encodeURIComponent(link)}`}`,
      explain: () => undefined,
    },
    z.array(z.unknown()),
  );

describe('a page of a list', () => {
  it.each([
    ['<https://api.example/list?page=2>; rel="next"'],
    ['<https://api.example/list?page=1>; rel="first", <https://api.example/list?page=2>; rel=next'],
    ['<https://api.example/list?page=2>; title="more"; rel="last next"'],
    ['<https://api.example/list?page=2>; REL="Next"'],
  ])('has one behind it: %s', async (link) => {
    expect(await page(link)).toEqual({ data: [], hasNext: true });
  });

  it.each([
    [undefined],
    ['<https://api.example/list?page=1>; rel="prev"'],
    ['<https://api.example/next>; rel="last"'],
    ['<https://api.example/list>; rel="nextish"'],
  ])('is the last: %s', async (link) => {
    expect(await page(link)).toEqual({ data: [], hasNext: false });
  });
});
