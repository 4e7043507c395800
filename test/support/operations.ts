/** Operations that only exist in tests. */
import { z } from 'zod';
import { json } from '../../src/http/answers.ts';
import { type AnyOperation, type Handler, operation } from '../../src/http/operation.ts';

/** A public GET operation. */
export const forTests = (path: string, handler: Handler): AnyOperation =>
  operation({
    id: `get${path}`,
    tag: 'service',
    method: 'get',
    path,
    access: 'public',
    answers: { 200: json(z.looseObject({}), 'Whatever the test wants') },
    handler,
  });
