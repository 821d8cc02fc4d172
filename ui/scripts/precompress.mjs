// Writes `.br` and `.gz` beside every built file that gets smaller, so that the server compresses nothing.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const root = process.argv[2];
if (!root) throw new Error('usage: precompress.mjs DIR');
const compressible = /\.(html|js|css|svg|json|txt|map|webmanifest)$/;

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
  if (/^index-.*\.js$/.test(entry.name)) first += gz.length;
}
console.log(`${root}: entry script ${(first / 1024).toFixed(1)} KiB gzip`);
