/** The root address: browsers get the web application, programs a list of addresses. */
import { z } from 'zod';
import { json, LOCATION } from './answers.ts';
import { type AnyOperation, operation } from './operation.ts';
import type { WebApp } from './web-app.ts';

/** The addresses of everything. */
export const Index = z
  .strictObject({
    service: z.literal('leadwire'),
    version: z.string(),
    documentation: z.string().meta({ description: 'Documentation pages' }),
    document: z.string().meta({ description: 'The OpenAPI document' }),
    api: z.string().meta({ description: 'The prefix of all operations' }),
    health: z.string(),
  })
  .meta({ id: 'Index' });

/**
 * @openapi
 * /:
 *   get: { summary: Links to the API and its documentation; browsers get the web application }
 */
/** @param app null when the web application was not built: then browsers are redirected to the documentation */
export const frontPage = (index: z.infer<typeof Index>, app: () => WebApp | null): AnyOperation =>
  operation({
    id: 'getIndex',
    tag: 'service',
    method: 'get',
    path: '/',
    access: 'public',
    unguarded: true,
    answers: {
      200: {
        description: 'The links, or the web application for clients that prefer text/html',
        content: { ...json(Index, '').content, 'text/html': 'text' },
      },
      302: {
        description: 'Redirect to the documentation if the web application was not built',
        headers: LOCATION,
      },
    },
    handler: ({ ctx }) => {
      ctx.vary('Accept');
      if (ctx.accepts('json', 'html') !== 'html') ctx.body = index;
      else if (app()) app()?.sendPage(ctx);
      else ctx.redirect(index.documentation);
      return Promise.resolve();
    },
  });
