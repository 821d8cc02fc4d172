// What every portal test has: a page that fails on any request to another host and on any error of the page's own.
import { test as base, expect, type Page } from '@playwright/test';

export { expect };

export const test = base.extend({
  page: async ({ page, baseURL }, use) => {
    const here = new URL(baseURL ?? 'http://127.0.0.1').host;
    const outside: string[] = [];
    const errors: string[] = [];
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (!['data:', 'blob:'].includes(url.protocol) && url.host !== here) outside.push(request.url());
    });
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => {
      // The browser reports every refused call; the tests provoke some of those.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) errors.push(message.text());
    });
    await use(page);
    expect(outside, 'requests to other hosts').toEqual([]);
    expect(errors, 'errors of the page').toEqual([]);
  },
});

/** Keeps a picture of the whole page. */
export async function shot(page: Page, name: string) {
  await page.screenshot({ path: new URL(`screenshots/${name}.png`, import.meta.url).pathname });
}
