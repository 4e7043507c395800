/** The root address: browsers are redirected to the API's pages, programs get a list of addresses. */
import { z } from 'zod';
import { json, LOCATION } from './answers.ts';
import { type AnyOperation, operation } from './operation.ts';

/** The addresses of everything. */
export const Index = z
  .strictObject({
    service: z.literal('leadwire'),
    version: z.string(),
    documentation: z.string().meta({ description: 'Pages for people' }),
    document: z.string().meta({ description: 'The same as OpenAPI' }),
    api: z.string().meta({ description: 'The prefix of all operations' }),
    health: z.string(),
  })
  .meta({ id: 'Index' });

/**
 * @openapi
 * /:
 *   get: { summary: Where everything is; a browser is led to the pages of this document }
 */
export const frontPage = (index: z.infer<typeof Index>): AnyOperation =>
  operation({
    id: 'getIndex',
    tag: 'service',
    method: 'get',
    path: '/',
    access: 'public',
    unguarded: true,
    answers: {
      200: json(Index, 'For whoever does not prefer text/html'),
      302: { description: 'To the pages, for whoever prefers text/html', headers: LOCATION },
    },
    handler: ({ ctx }) => {
      ctx.vary('Accept');
      if (ctx.accepts('json', 'html') === 'html') ctx.redirect(index.documentation);
      else ctx.body = index;
      return Promise.resolve();
    },
  });
