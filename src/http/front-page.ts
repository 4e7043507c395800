/** What stands at the root: browsers are led to the pages of the API, programs are told where everything is. */
import type { Router } from '@koa/router';
import { z } from 'zod';

/** Where everything is. */
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

/** Mounts `/`. @param index what programs are told; its addresses are paths of this service */
export function frontPage(router: Router, index: z.infer<typeof Index>): void {
  /**
   * @openapi
   * /:
   *   servers: [{ url: / }]
   *   get:
   *     operationId: getIndex
   *     tags: [service]
   *     summary: Where everything is; a browser is led to the pages of this document
   *     x-access: public
   *     security: []
   *     responses:
   *       '200':
   *         description: For whoever does not prefer text/html
   *         content: { application/json: { schema: { $ref: '#/components/schemas/Index' } } }
   *       '302':
   *         description: To the pages, for whoever prefers text/html
   *         headers: { Location: { $ref: '#/components/headers/Location' } }
   */
  router.get('/', (ctx) => {
    ctx.vary('Accept');
    if (ctx.accepts('json', 'html') === 'html') ctx.redirect(index.documentation);
    else ctx.body = index;
  });
}
