import { render } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { said } from './said.tsx';

const html = (text: string) => render(<p>{said(text)}</p>).container.querySelector('p')?.innerHTML;

describe('a sentence of the server', () => {
  it('shows what stands between backticks as code', () => {
    expect(html('attach `key-auth` or `oidc`')).toBe('attach <code>key-auth</code> or <code>oidc</code>');
  });
  it('leaves a backtick alone that no other one answers', () => {
    expect(html('a ` b')).toBe('a ` b');
    expect(html('`a` ` b')).toBe('`a` ` b');
  });
});
