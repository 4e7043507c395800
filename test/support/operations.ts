/** Operations that only tests have. */
import { z } from 'zod';
import { json } from '../../src/http/answers.ts';
import { type AnyOperation, type Handler, operation } from '../../src/http/operation.ts';

/** One that anybody may ask for, with GET. */
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
