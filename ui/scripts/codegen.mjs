// Generates `packages/api/src/generated/{admin,portal}.ts` from `openapi/`. With `--check` it fails where they are out of date.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import openapiTS, { astToString } from 'openapi-typescript';

const check = process.argv.includes('--check');
const out = new URL('../packages/api/src/generated/', import.meta.url);
await mkdir(out, { recursive: true });
for (const side of ['admin', 'portal']) {
  const source = new URL(`../../openapi/${side}.json`, import.meta.url);
  if (!existsSync(source)) throw new Error(`openapi/${side}.json is missing: UPDATE=1 cargo test -p admin openapi`);
  const text = `// Generated from openapi/${side}.json by \`npm run codegen\`; do not edit.\n${astToString(await openapiTS(source, { defaultNonNullable: false }))}`;
  const file = new URL(`${side}.ts`, out);
  if (check) {
    const old = existsSync(file) ? await readFile(file, 'utf8') : '';
    if (old !== text) throw new Error(`packages/api/src/generated/${side}.ts is out of date: npm run codegen`);
  } else {
    await writeFile(file, text);
  }
}
