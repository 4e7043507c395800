/** The root address: browsers are redirected to the API's pages, programs get a list of addresses. */
import { z } from 'zod';
import { json, LOCATION } from './answers.ts';
import { type AnyOperation, operation } from './operation.ts';

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
 *   get: { summary: Links to the API and its documentation; browsers are redirected to the documentation }
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
      200: json(Index, 'For clients that do not prefer text/html'),
      302: { description: 'Redirect to the documentation pages, for clients that prefer text/html', headers: LOCATION },
    },
    handler: ({ ctx }) => {
      ctx.vary('Accept');
      if (ctx.accepts('json', 'html') === 'html') ctx.redirect(index.documentation);
      else ctx.body = index;
      return Promise.resolve();
    },
  });
