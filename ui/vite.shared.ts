// What both apps' builds have in common: one base path each, one output folder each, nothing inlined into HTML.
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import type { UserConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export function appConfig(app: 'console' | 'portal'): UserConfig {
  const server = process.env.PAILOU_URL ?? 'http://127.0.0.1:9080';
  return {
    root: here(`apps/${app}`),
    base: `/${app}/`,
    publicDir: here('public'),
    plugins: [react()],
    build: {
      outDir: here(`dist/${app}`),
      emptyOutDir: true,
      target: 'es2022',
      // A strict Content-Security-Policy has no room for `data:` URLs or inline scripts.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      sourcemap: false,
      reportCompressedSize: false,
    },
    css: { modules: { localsConvention: 'camelCaseOnly' } },
    server: {
      proxy: { '/api': server, '/portal/api': server },
    },
  };
}
