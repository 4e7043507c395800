/**
 * Decides which route an address belongs to when several match: in `/attendances/indicators`, `indicators` is not an
 * id.
 */
import type { Context } from 'koa';

/** A layer of @koa/router, as far as it is used here. */
interface Layer {
  path: string | RegExp;
  methods: readonly string[];
  paramNames: readonly unknown[];
}

/** Of the routes that match the address, the layers of the one with the fewest parameters; one layer per operation. */
function addressed(ctx: Context): Layer[] {
  const matched = ((ctx as { matched?: Layer[] }).matched ?? []).filter((layer) => layer.methods.length > 0);
  const fewest = Math.min(...matched.map((layer) => layer.paramNames.length));
  return matched.filter((layer) => layer.paramNames.length === fewest);
}

/** The methods of the route that the address belongs to; empty for an address without a route. */
export const methodsOf = (ctx: Context): string[] => [...new Set(addressed(ctx).flatMap((layer) => layer.methods))];

/** The value of `Allow`: these methods and OPTIONS, which every resource has. */
export const allowOf = (ctx: Context): string => [...new Set([...methodsOf(ctx), 'OPTIONS'])].join(', ');

/** Whether the route that is running is the one that the address belongs to. */
export const isAddressed = (ctx: Context): boolean => {
  const running: unknown = ctx['routerPath'];
  return addressed(ctx).some(({ path }) => path === running);
};
