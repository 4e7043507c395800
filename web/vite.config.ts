/** Builds the web application, compresses its files beforehand, and measures what the first load costs. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { defineConfig, type Plugin, type Rolldown } from 'vite';

/** Bytes of script and style, gzipped, that list and viewer may load together before anything is drawn. */
const FIRST_LOAD_LIMIT = 60 * 1024;
/** The modules whose chunks make up the first load, with all that they import statically. */
const FIRST_PAGES = ['main.tsx', 'recordings/list-page.tsx', 'viewer/viewer-page.tsx'];
const COMPRESSED = new Set(['.js', '.css', '.html', '.svg']);

/** Writes `.br` and `.gz` beside each text file. */
function precompress(): Plugin {
  return {
    name: 'precompress',
    writeBundle({ dir }) {
      for (const name of readdirSync(dir as string, { recursive: true, encoding: 'utf8' })) {
        const file = join(dir as string, name);
        if (!COMPRESSED.has(extname(file)) || !statSync(file).isFile()) continue;
        const bytes = readFileSync(file);
        writeFileSync(`${file}.br`, brotliCompressSync(bytes));
        writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
      }
    },
  };
}

/** Prints the size of the first load; the build fails if it is above the limit. */
function measureFirstLoad(): Plugin {
  return {
    name: 'measure-first-load',
    generateBundle(_, bundle) {
      const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
      const first = new Set<Rolldown.OutputChunk>();
      const add = (chunk: Rolldown.OutputChunk | undefined): void => {
        if (chunk === undefined || first.has(chunk)) return;
        first.add(chunk);
        for (const name of chunk.imports) add(chunks.find(({ fileName }) => fileName === name));
      };
      for (const page of FIRST_PAGES)
        add(chunks.find(({ moduleIds }) => moduleIds.some((id) => id.endsWith(`/web/${page}`))));
      const styles = Object.values(bundle).filter((file) => file.type === 'asset' && file.fileName.endsWith('.css'));
      const contents = [
        ...[...first].map(({ code }) => code),
        ...styles.map((file) => (file as { source: string }).source),
      ];
      const size = contents.reduce((sum, content) => sum + gzipSync(content, { level: 9 }).length, 0);
      const text = `web: list and viewer load ${(size / 1024).toFixed(1)} KB of script and style, gzipped`;
      process.stderr.write(`${text}\n`);
      if (size > FIRST_LOAD_LIMIT) this.error(`${text}; the limit is ${FIRST_LOAD_LIMIT / 1024} KB.`);
    },
  };
}

export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  logLevel: 'warn',
  plugins: [precompress(), measureFirstLoad()],
  build: {
    outDir: '../.cache/web',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  // During development, the service runs beside: npm run dev, and npm run dev:web.
  server: { proxy: { '/api': 'http://127.0.0.1:3000', '/docs': 'http://127.0.0.1:3000' } },
});
