import { type Request, type Response, Router } from 'express';
import type { Asset, Assets } from './assets.ts';
import { refuse } from './refusals.ts';
import { sendRefusal } from './replies.ts';

/**
 * The pages and their files. All pages are static: a GET consumes nothing and tells nothing, so link previews,
 * mail scanners and reloads do no harm.
 */
export function pageRoutes(assets: Assets): Router {
  const router = Router();
  router.get('/c', (request, response) => sendAsset(request, response, assets.open));
  router.get('/p', (request, response) => sendAsset(request, response, assets.passkey));
  router.get('/console/:install', (request, response) => sendAsset(request, response, assets.console));
  router.get('/r', (request, response) => sendAsset(request, response, assets.player));
  router.get('/recordings/:install/:recording', (request, response) => sendAsset(request, response, assets.player));
  router.get('/assets/:name', (request, response) => {
    const asset = assets.files.get(request.params.name);
    if (!asset) return sendRefusal(response, refuse('not-found'));
    response.set('Cache-Control', 'public, max-age=31536000, immutable');
    sendAsset(request, response, asset);
  });
  return router;
}

export function sendAsset(request: Request, response: Response, asset: Asset): void {
  const gzip = request.acceptsEncodings('gzip') === 'gzip';
  response.set({
    'Content-Type': asset.type,
    Vary: 'Accept-Encoding',
    ...(gzip ? { 'Content-Encoding': 'gzip' } : {}),
  });
  response.end(gzip ? asset.gzipped : asset.plain);
}
