/** Loads the compiled WebAssembly kernels. */

/** The part of the standard interface used here; the compiler settings have no browser types. */
interface WebAssemblyHost {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { exports: unknown };
}

/** The exports of a module without imports. @param base64 as written by `scripts/build-kernel.mjs` */
export function instantiate(base64: string): unknown {
  const { WebAssembly } = globalThis as unknown as { WebAssembly: WebAssemblyHost };
  const module = new WebAssembly.Module(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
  return new WebAssembly.Instance(module).exports;
}
