/** Which route an address belongs to, where several match it: `/attendances/indicators` is no attendance of that id. */
import type { Context } from 'koa';

/** A layer of @koa/router, as far as it is looked at here. */
interface Layer {
  path: string | RegExp;
  methods: readonly string[];
  paramNames: readonly unknown[];
}

/** The layers, one for each operation, of the route with the fewest parameters among those that match the address. */
function addressed(ctx: Context): Layer[] {
  const matched = ((ctx as { matched?: Layer[] }).matched ?? []).filter((layer) => layer.methods.length > 0);
  const fewest = Math.min(...matched.map((layer) => layer.paramNames.length));
  return matched.filter((layer) => layer.paramNames.length === fewest);
}

/** Every method of the route that the address belongs to; none for an address that is not routed. */
export const methodsOf = (ctx: Context): string[] => [...new Set(addressed(ctx).flatMap((layer) => layer.methods))];

/** Whether the route that is being run is the one that the address belongs to. */
export const isAddressed = (ctx: Context): boolean => {
  const running: unknown = ctx['routerPath'];
  return addressed(ctx).some(({ path }) => path === running);
};
