/** The form of an answer that a client accepts. */
import type { Context } from 'koa';
import { Problem } from '../errors.ts';

/** The media type that the client prefers. Errors: `not-acceptable`, if it accepts none of them. */
export function acceptedForm<Form extends string>(ctx: Context, ...forms: Form[]): Form {
  const form = ctx.accepts(...forms);
  if (form === false) throw new Problem('not-acceptable', `Accept ${forms.join(' or ')}.`);
  ctx.vary('Accept');
  return form as Form;
}
