import { cleanup, render } from '@testing-library/react';
import { afterEach, describe, expect, test } from 'vitest';
import { parseMarkdown } from './blocks.ts';
import { withoutHtml } from './html.ts';
import { safeTarget } from './inline.ts';
import { Markdown } from './Markdown.tsx';

afterEach(cleanup);
const html = (text: string) => {
  const { container } = render(<Markdown text={text} />);
  return container.querySelector('.ref-markdown')?.innerHTML ?? '';
};

describe('what a contract says can never become markup', () => {
  test.each([
    ['<script>alert(1)</script>after', 'after'],
    ['<img src=x onerror=alert(1) alt="a cat">', 'a cat'],
    ['<svg onload=alert(1)><circle/></svg>b', 'b'],
    ['<style>*{display:none}</style>c', 'c'],
    ['<iframe src="https://evil.example"></iframe>d', 'd'],
    ['<p onclick="alert(1)">e</p>', 'e'],
    ['&lt;script&gt;alert(1)&lt;/script&gt;', '<script>alert(1)</script>'],
  ])('%s', (text, shown) => {
    const { container } = render(<Markdown text={text} />);
    expect(container.textContent).toBe(shown);
    expect(container.querySelector('script, img, svg, style, iframe, [onclick], [onerror], [onload]')).toBeNull();
  });

  test.each(['javascript:alert(1)', 'JaVaScRiPt:alert(1)', 'java\nscript:alert(1)', '\u0001javascript:alert(1)', 'data:text/html,x', 'vbscript:x', '//evil.example', '/\\evil.example', '\\\\evil.example', 'javascript&#58;alert(1)', 'file:///etc/passwd', '/rest/elsewhere'])(
    'the target %j is not followed',
    (target) => {
      expect(safeTarget(target)).toBeUndefined();
      expect(html(`[click](${target})`)).not.toContain('href');
      expect(html(`<a href="${target}">click</a>`)).not.toContain('href');
    },
  );

  test('links to other sites open in a new tab and tell them nothing', () => {
    const { container } = render(<Markdown text="See [the docs](https://example.com/a?b=c&d=e)." />);
    const link = container.querySelector('a');
    expect(link?.getAttribute('href')).toBe('https://example.com/a?b=c&d=e');
    expect(link?.rel).toContain('noopener');
    expect(link?.rel).toContain('noreferrer');
  });

  test('pages of the portal are linked in place', () => expect(html('[plans](/portal/products)')).toBe('<p><a href="/portal/products">plans</a></p>'));

  test('an image is a link by its text: nothing is loaded', () => {
    expect(html('![diagram](https://example.com/x.png)')).toBe('<p><a href="https://example.com/x.png" rel="noopener noreferrer nofollow" target="_blank">diagram</a></p>');
  });
});

describe('Markdown as contracts use it', () => {
  test.each([
    ['plain `code` and **bold** and *thin* and ~~gone~~', '<p>plain <code>code</code> and <strong>bold</strong> and <em>thin</em> and <del>gone</del></p>'],
    ['snake_case_names stay', '<p>snake_case_names stay</p>'],
    ['5 * 3 * 2', '<p>5 * 3 * 2</p>'],
    ['# A\n\ntext', '<h3>A</h3><p>text</p>'],
    ['A\n===', '<h3>A</h3>'],
    ['- a\n- b\n  - c', '<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>'],
    ['3. a\n4. b', '<ol start="3"><li>a</li><li>b</li></ol>'],
    ['one  \ntwo\nthree', '<p>one<br>two three</p>'],
    ['> [!NOTE]\n> mind', '<blockquote><p><strong>Note</strong></p><p>mind</p></blockquote>'],
    ['```json\n{ "a": "<b>" }\n```', '<pre tabindex="0"><code>{ "a": "&lt;b&gt;" }</code></pre>'],
    ['\\*not thin\\*', '<p>*not thin*</p>'],
    ['<https://example.com>', '<p><a href="https://example.com" rel="noopener noreferrer nofollow" target="_blank">https://example.com</a></p>'],
  ])('%j', (text, expected) => expect(html(text)).toBe(expected));

  test('tables have headers', () => {
    const { container } = render(<Markdown text={'| a | b |\n|---|:-:|\n| 1 | x\\|y |'} />);
    expect([...container.querySelectorAll('th')].map((th) => th.textContent)).toEqual(['a', 'b']);
    expect([...container.querySelectorAll('td')].map((td) => td.textContent)).toEqual(['1', 'x|y']);
  });

  test('HTML in descriptions reads as text', () => {
    expect(html('<p>Retrieves a <code>charge</code>, see <a href="https://stripe.com/docs">docs</a>.</p><ul><li>one</li><li>two</li></ul>')).toBe(
      '<p>Retrieves a <code>charge</code>, see <a href="https://stripe.com/docs" rel="noopener noreferrer nofollow" target="_blank">docs</a>.</p><ul><li>one</li><li>two</li></ul>',
    );
  });

  test('code keeps its angle brackets', () => expect(withoutHtml('a `<b>` c')).toBe('a `<b>` c'));

  test('nothing in a text makes it slow', () => {
    for (const piece of ['[', '![', '*', '**a', '`', '``a`', '<', '<a ', '<!--', '> ', '- ', '|', '_a', '&#', '~~', '[a](', '<script>', '  - a\n']) {
      const text = piece.repeat(20_000 / piece.length);
      const start = performance.now();
      parseMarkdown(text);
      expect(performance.now() - start, JSON.stringify(piece)).toBeLessThan(3000);
    }
  });
});
