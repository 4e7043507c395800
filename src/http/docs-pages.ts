/**
 * The API document and two pages that show it. All assets come from this service: neither page contacts another host.
 */
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import type { Router } from '@koa/router';
import type { Context, Middleware } from 'koa';
import { koaSwagger } from 'koa2-swagger-ui';
import { z } from 'zod';
import { notFound } from '../errors.ts';
import { json } from './answers.ts';
import { documentForTrying } from './docs-document.ts';
import { type AnyOperation, operation } from './operation.ts';
import { pagePolicy } from './security-headers.ts';

const require = createRequire(import.meta.url);
const swagger = installed('swagger-ui-dist');
const redoc = installed('redoc');

/** The address of the assets. It contains the version, so that browsers can cache them forever. */
const SWAGGER_ASSETS = `/docs/${swagger.version}`;
const REDOC_ASSETS = `/redoc/${redoc.version}`;

/** The document that Swagger UI shows. */
const FOR_TRYING = '/docs/openapi.json';

/** A plugin of Swagger UI: fields of a form that are left empty are not sent, unless their box is checked. */
const WITHOUT_EMPTY_FIELDS = `{
      wrapComponents: {
        ParameterIncludeEmpty: (Box, { React }) => (props) =>
          React.createElement(Box, {
            ...props,
            isIncludedOptions: { ...props.isIncludedOptions, defaultValue: false }
          })
      }
    }`;

/** The files that may be fetched below this address, by the name that the pages use. */
const SWAGGER_FILES = {
  'swagger-ui.min.css': 'swagger-ui.css',
  'swagger-ui-bundle.js': 'swagger-ui-bundle.js',
  'swagger-ui-standalone-preset.js': 'swagger-ui-standalone-preset.js',
  'favicon-32x32.png': 'favicon-32x32.png',
};
const REDOC_FILES = { 'redoc.standalone.js': 'bundles/redoc.standalone.js' };

/** The only address of another host in ReDoc: a logo below the menu. It is replaced by an empty picture. */
const REDOC_LOGO = 'https://cdn.redoc.ly/redoc/logo-mini.svg';
const EMPTY_PICTURE = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E";

const FAVICON = `${SWAGGER_ASSETS}/favicon-32x32.png`;

const REDOC_PAGE = `<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Leadwire API</title>
  <link rel="icon" type="image/png" href="${FAVICON}">
</head>
<body style="margin: 0">
  <redoc spec-url="/openapi.json" show-extensions></redoc>
  <script src="${REDOC_ASSETS}/redoc.standalone.js"></script>
</body>
</html>
`;

/**
 * @openapi
 * /openapi.json:
 *   get: { summary: This document }
 */
export const apiDocumentOperation = (text: () => string): AnyOperation =>
  operation({
    id: 'getDocument',
    tag: 'service',
    method: 'get',
    path: '/openapi.json',
    access: 'public',
    unguarded: true,
    answers: { 200: json(z.looseObject({ openapi: z.string() }), 'OpenAPI 3.1') },
    handler: ({ ctx }) => {
      ctx.type = 'application/json';
      ctx.body = text();
      return Promise.resolve();
    },
  });

/** Mounts Swagger UI at `/docs` and ReDoc at `/redoc`. @param document the API document */
export function docsPages(router: Router, document: Parameters<typeof documentForTrying>[0]): void {
  const forTrying = JSON.stringify(documentForTrying(document));
  router.get('/docs', swaggerPage());
  router.get(FOR_TRYING, (ctx) => {
    ctx.type = 'application/json';
    ctx.body = forTrying;
  });
  router.get(`${SWAGGER_ASSETS}/:file`, (ctx) => sendAsset(ctx, swagger.folder, SWAGGER_FILES));
  router.get('/redoc', (ctx) => {
    ctx.type = 'text/html';
    ctx.set(
      'Content-Security-Policy',
      pagePolicy({
        'script-src': ["'self'"],
        // styled-components inserts its rules into the page at run time.
        'style-src': ["'unsafe-inline'"],
        'img-src': ["'self'", 'data:'],
        'connect-src': ["'self'"],
        'worker-src': ['blob:'],
      }),
    );
    ctx.body = REDOC_PAGE;
  });
  router.get(`${REDOC_ASSETS}/:file`, (ctx) => sendAsset(ctx, redoc.folder, REDOC_FILES));
}

/**
 * The page of koa2-swagger-ui without its link to Google's fonts, with a policy that allows exactly the page's own
 * content.
 */
function swaggerPage(): Middleware {
  const [folder, version] = ['/docs', swagger.version];
  const render = koaSwagger({
    title: 'Leadwire API',
    routePrefix: false,
    swaggerCdnUrl: folder,
    swaggerVersion: version,
    favicon: FAVICON,
    hideTopbar: true,
    swaggerOptions: {
      url: FOR_TRYING,
      validatorUrl: null,
      showExtensions: true,
      persistAuthorization: true,
      plugins: WITHOUT_EMPTY_FIELDS,
    },
  });
  return async (ctx, next) => {
    await render(ctx, next);
    const html = String(ctx.body).replace(/^.*fonts\.googleapis\.com.*\n/m, '');
    ctx.body = html;
    ctx.set(
      'Content-Security-Policy',
      pagePolicy({
        'script-src': ["'self'", ...inlineHashes(html, /<script>([^]*?)<\/script>/g)],
        'style-src': [
          "'self'",
          "'unsafe-hashes'",
          ...inlineHashes(html, /<style>([^]*?)<\/style>/g),
          ...inlineHashes(html, /\sstyle="([^"]*)"/g),
        ],
        'img-src': ["'self'", 'data:'],
        'connect-src': ["'self'"],
      }),
    );
  };
}

const inlineHashes = (html: string, pattern: RegExp): string[] =>
  [...html.matchAll(pattern)].map(
    ([, inline = '']) => `'sha256-${createHash('sha256').update(inline).digest('base64')}'`,
  );

async function sendAsset(ctx: Context, folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  const name = ctx.params['file'] as string;
  const file = Object.hasOwn(files, name) ? files[name] : undefined;
  if (file === undefined) throw notFound();
  ctx.type = extname(file);
  ctx.set('Cache-Control', 'public, max-age=31536000, immutable');
  const bytes = await readFile(join(folder, file));
  ctx.body = files === REDOC_FILES ? bytes.toString().replaceAll(REDOC_LOGO, EMPTY_PICTURE) : bytes;
}

function installed(name: string): { folder: string; version: string } {
  const description = require.resolve(`${name}/package.json`);
  return { folder: dirname(description), version: (require(description) as { version: string }).version };
}
