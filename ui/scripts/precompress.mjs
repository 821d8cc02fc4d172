// Writes `.br` and `.gz` beside every built file that gets smaller, so that the server compresses nothing. Fails where the scripts that the
// page names, those before any page of its own, are over their budget.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const root = process.argv[2];
if (!root) throw new Error('usage: precompress.mjs DIR');
const compressible = /\.(html|js|css|svg|json|txt|map|webmanifest)$/;

const BUDGET_KIB = 180;
const named = new Set([...(await readFile(join(root, 'index.html'), 'utf8')).matchAll(/(?:src|href)="[^"]*?([^/"]+\.js)"/g)].map(([, file]) => file));

let first = 0;
for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !compressible.test(entry.name)) continue;
  const path = join(entry.parentPath, entry.name);
  const text = await readFile(path);
  const gz = gzipSync(text, { level: 9 });
  const br = brotliCompressSync(text, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: text.length },
  });
  if (gz.length < text.length) await writeFile(`${path}.gz`, gz);
  if (br.length < text.length) await writeFile(`${path}.br`, br);
  if (named.has(basename(path))) first += gz.length;
}
const kib = first / 1024;
console.log(`${root}: first load ${kib.toFixed(1)} KiB of scripts, gzip`);
if (kib > BUDGET_KIB) throw new Error(`the first load is over its budget of ${BUDGET_KIB} KiB`);
