/**
 * Compiles the kernels' AssemblyScript to WebAssembly, stored as text in a module. Skipped if the module was already
 * made from these sources. Usage: npm run build:kernel
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

/** Folders with sources in `assembly/`; the generated module is written beside it. */
const KERNELS = ['../src/signal/kernel/'];
const FLAGS = ['--enable', 'simd', '-O3', '--runtime', 'stub', '--noAssert'];

for (const kernel of KERNELS) await build(new URL(kernel, import.meta.url));

async function build(root) {
  const assembly = new URL('assembly/', root);
  const target = new URL('wasm.generated.ts', root);
  const digest = digestOfSources(assembly);
  if (isMadeFrom(target, digest)) return;
  const wasm = await compile(assembly);
  const text =
    `/** Made by scripts/build-kernel.mjs. Sources: ${digest} */\nexport const WASM_BASE64 =\n` +
    `  '${Buffer.from(wasm).toString('base64')}';\n`;
  // A concurrent reader finds the old module or the new one, never a part.
  const draft = new URL(`wasm.${process.pid}.tmp`, root);
  writeFileSync(draft, text);
  renameSync(draft, target);
  console.log(`kernel: ${wasm.length} bytes of WebAssembly`);
}

function digestOfSources(assembly) {
  const hash = createHash('sha256');
  const sources = readdirSync(assembly)
    .filter((name) => name.endsWith('.ts'))
    .toSorted();
  for (const source of [...sources.map((name) => new URL(name, assembly)), new URL(import.meta.url)])
    hash.update(readFileSync(source)).update('\0');
  return hash.digest('hex');
}

function isMadeFrom(target, sources) {
  try {
    return readFileSync(target, 'utf8').includes(sources);
  } catch (error) {
    if (error.code === 'ENOENT') return false;
    throw error;
  }
}

async function compile(assembly) {
  // Loading the compiler takes a second, so it is only loaded when there is something to compile.
  const { default: asc } = await import('assemblyscript/asc');
  let wasm;
  const stderr = asc.createMemoryStream();
  const { error } = await asc.main(['index.ts', ...FLAGS, '--outFile', 'kernel.wasm'], {
    readFile: (name) => readSource(new URL(name, assembly)),
    writeFile: (name, contents) => {
      if (name === 'kernel.wasm') wasm = contents;
    },
    listFiles: () => [],
    stderr,
  });
  if (error) throw new Error(`The kernel does not compile:\n${stderr.toString()}`, { cause: error });
  return wasm;
}

function readSource(url) {
  try {
    return readFileSync(url, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}
