import type { RequestHandler } from 'express';
import helmet from 'helmet';

/**
 * Security headers: nothing from elsewhere, no inline script, no frame around us. noVNC needs `data:` images for its
 * cursor and for Tight's JPEG. Older browsers do not count wss: to 'self', so our own is named.
 */
export function securityHeaders(publicUrl: string): RequestHandler {
  const screens = publicUrl.replace(/^http/, 'ws');
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        connectSrc: ["'self'", screens],
        fontSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        requireTrustedTypesFor: ["'script'"],
      },
    },
    crossOriginEmbedderPolicy: { policy: 'require-corp' },
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: publicUrl.startsWith('https:'),
    xFrameOptions: { action: 'deny' },
  });
}

/** For an answer that is written by hand, without Express: it has nothing to show, so nothing is allowed. */
export function bareHeaders(publicUrl: string): string[] {
  return [
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    "Content-Security-Policy: default-src 'none'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    'Referrer-Policy: no-referrer',
    ...(publicUrl.startsWith('https:') ? ['Strict-Transport-Security: max-age=31536000; includeSubDomains'] : []),
  ];
}

/** What helmet does not know: no indexing, no caching unless a route says so, no camera. */
export const furtherHeaders: RequestHandler = (_request, response, next) => {
  response.set({
    'Cache-Control': 'no-store',
    'X-Robots-Tag': 'noindex, nofollow',
    'Permissions-Policy':
      'clipboard-read=(self), clipboard-write=(self), fullscreen=(self), camera=(), microphone=(), geolocation=()',
  });
  next();
};
