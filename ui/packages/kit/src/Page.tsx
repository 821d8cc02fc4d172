// The parts every page is made of.
import { Fragment, type ReactNode } from 'react';
import { cx } from './cx.ts';
import { Icon, type IconName } from './icons.tsx';
import css from './Page.module.css';

interface PageHeaderProps {
  title: ReactNode;
  /** Chips beside the title. */
  chips?: ReactNode;
  /** One sentence on what the page is for. */
  lead?: ReactNode;
  /** Buttons; the primary one last. */
  actions?: ReactNode;
}

export function PageHeader({ title, chips, lead, actions }: PageHeaderProps) {
  return (
    <header className={css.header}>
      <div className={css.heading}>
        <div className={css.titleRow}>
          <h1 tabIndex={-1}>{title}</h1>
          {chips}
        </div>
        {lead && <div className={css.lead}>{lead}</div>}
      </div>
      {actions && <div className={css.actions}>{actions}</div>}
    </header>
  );
}

export function Panel({ title, actions, children, flush, className }: { title?: ReactNode; actions?: ReactNode; children: ReactNode; flush?: boolean; className?: string }) {
  return (
    <section className={cx(css.panel, className)}>
      {(title || actions) && (
        <header className={css.panelHeader}>
          <h2>{title}</h2>
          {actions && <div className={css.actions}>{actions}</div>}
        </header>
      )}
      <div className={flush ? css.flush : css.panelBody}>{children}</div>
    </section>
  );
}

/** Panels beside each other where there is room. */
export function Grid({ children, min = '20rem' }: { children: ReactNode; min?: string }) {
  return (
    <div className={css.grid} style={{ gridTemplateColumns: `repeat(auto-fit, minmax(min(${min}, 100%), 1fr))` }}>
      {children}
    </div>
  );
}

export function Stack({ children, gap = 4, className }: { children: ReactNode; gap?: 1 | 2 | 3 | 4 | 5; className?: string }) {
  return (
    <div className={cx(css.stack, className)} style={{ gap: `var(--s${gap})` }}>
      {children}
    </div>
  );
}

export function Row({ children, className }: { children: ReactNode; className?: string }) {
  return <div className={cx(css.row, className)}>{children}</div>;
}

/** One number with its unit and what it is. */
export function Stat({ label, value, note, chart, tone }: { label: string; value: string; note?: ReactNode; chart?: ReactNode; tone?: 'good' | 'warn' | 'bad' }) {
  // `3 d 4 h` and `1 of 3` are no numbers with a unit.
  const [, number = value, unit = ''] = /^([<\d.,]+[KMBT]?) (\D+)$/.exec(value) ?? [];
  return (
    <div className={css.stat}>
      <dt>{label}</dt>
      <dd className={cx(css.value, tone && css[tone])}>
        {number}
        {unit && <span className={css.unit}> {unit}</span>}
      </dd>
      {note && <dd className={css.note}>{note}</dd>}
      {chart && <dd className={css.statChart}>{chart}</dd>}
    </div>
  );
}

export function Stats({ children }: { children: ReactNode }) {
  return <dl className={css.stats}>{children}</dl>;
}

/** Names and values; what is absent is left out. */
export function Facts({ facts }: { facts: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className={css.facts}>
      {facts
        .filter(([, value]) => value !== undefined && value !== null && value !== '')
        .map(([name, value]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </Fragment>
        ))}
    </dl>
  );
}

export function Callout({ tone = 'calm', icon = 'note', children }: { tone?: 'calm' | 'warn' | 'bad' | 'good'; icon?: IconName; children: ReactNode }) {
  return (
    <div className={cx(css.callout, css[`${tone}Callout`])}>
      <Icon name={icon} />
      <div>{children}</div>
    </div>
  );
}

/** The way to this page; the last crumb is the page itself. */
export function Breadcrumbs({ crumbs }: { crumbs: readonly ReactNode[] }) {
  return (
    <nav aria-label="Breadcrumbs" className={css.crumbs}>
      <ol>
        {crumbs.map((crumb, at) => (
          <li key={at} aria-current={at === crumbs.length - 1 ? 'page' : undefined}>
            {crumb}
          </li>
        ))}
      </ol>
    </nav>
  );
}
