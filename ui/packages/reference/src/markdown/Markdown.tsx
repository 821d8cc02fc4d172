// Shows Markdown of a contract or product as elements: nothing is ever inserted as markup.

import './markdown.css';
import { Fragment, memo, useMemo, type ReactNode } from 'react';
import { parseMarkdown, type Block } from './blocks.ts';
import type { Inline } from './inline.ts';
import { parseInline } from './inline.ts';
import { withoutHtml } from './html.ts';

interface MarkdownProps {
  text: string;
  /** The level that the text's highest heading gets on this page. */
  headings?: 2 | 3 | 4 | 5;
}

export const Markdown = memo(function Markdown({ text, headings = 3 }: MarkdownProps) {
  const blocks = useMemo(() => parseMarkdown(text), [text]);
  // Texts begin with `#` or `##` as they please; on the page their highest heading gets the level it is given.
  const highest = Math.min(...blocks.map((block) => (block.kind === 'heading' ? block.level : 6)));
  return <div className="ref-markdown">{blocks.map((block, i) => <BlockView key={i} block={block} headings={headings - highest + 1} />)}</div>;
});

/** One line of Markdown, for places that have room for no more: block marks are dropped. */
export const MarkdownLine = memo(function MarkdownLine({ text }: { text: string }) {
  const children = useMemo(() => parseInline(withoutHtml(text).trim().replace(/\s*\n\s*/g, ' ')), [text]);
  return <>{inlines(children)}</>;
});

function BlockView({ block, headings }: { block: Block; headings: number }): ReactNode {
  switch (block.kind) {
    case 'paragraph':
      return <p>{inlines(block.children)}</p>;
    case 'heading': {
      const Heading = `h${Math.min(6, headings + block.level - 1)}` as 'h3';
      return <Heading>{inlines(block.children)}</Heading>;
    }
    case 'code':
      return (
        <pre tabIndex={0}>
          <code>{block.text}</code>
        </pre>
      );
    case 'quote':
      return (
        <blockquote>
          {block.title && (
            <p>
              <strong>{block.title}</strong>
            </p>
          )}
          {block.blocks.map((inner, i) => (
            <BlockView key={i} block={inner} headings={headings} />
          ))}
        </blockquote>
      );
    case 'rule':
      return <hr />;
    case 'list': {
      const items = block.items.map((item, i) => (
        <li key={i}>
          {item.map((inner, j) =>
            inner.kind === 'paragraph' && item.filter((b) => b.kind === 'paragraph').length === 1 ? (
              <Fragment key={j}>{inlines(inner.children)}</Fragment>
            ) : (
              <BlockView key={j} block={inner} headings={headings} />
            ),
          )}
        </li>
      ));
      return block.ordered ? <ol start={block.start}>{items}</ol> : <ul>{items}</ul>;
    }
    case 'table':
      return (
        <div className="ref-table" tabIndex={0} role="region" aria-label="Table">
          <table>
            <thead>
              <tr>{block.head.map((cell, i) => <th key={i} scope="col">{inlines(cell)}</th>)}</tr>
            </thead>
            <tbody>
              {block.rows.map((row, i) => (
                <tr key={i}>{row.map((cell, j) => <td key={j}>{inlines(cell)}</td>)}</tr>
              ))}
            </tbody>
          </table>
        </div>
      );
  }
}

function inlines(list: Inline[]): ReactNode {
  return list.map((inline, i) => <Fragment key={i}>{inlineView(inline)}</Fragment>);
}

function inlineView(inline: Inline): ReactNode {
  switch (inline.kind) {
    case 'text':
      return inline.text;
    case 'code':
      return <code>{inline.text}</code>;
    case 'strong':
      return <strong>{inlines(inline.children)}</strong>;
    case 'emphasis':
      return <em>{inlines(inline.children)}</em>;
    case 'strike':
      return <del>{inlines(inline.children)}</del>;
    case 'break':
      return <br />;
    case 'link': {
      const outside = /^[a-z]+:/i.test(inline.to);
      return (
        <a href={inline.to} {...(outside ? { rel: 'noopener noreferrer nofollow', target: '_blank' } : {})}>
          {inlines(inline.children)}
        </a>
      );
    }
  }
}
