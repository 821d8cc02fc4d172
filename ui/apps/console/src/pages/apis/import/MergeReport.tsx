// What an import comes to for an API that is there, and what somebody has to decide for it.
import type * as admin from '@pailou/api/admin';
import { Badge, Button, Callout, format, Row, Stack } from '@pailou/kit';
import { useId } from 'react';
import css from './ImportApi.module.css';

export type ConflictSide = admin.MergeConflict['taken'];
/** By the places that were changed here and in the document. */
export type Choices = Readonly<Record<string, ConflictSide>>;

/** Of a long list. */
const SHOWN = 50;

/** What comes of an API that is there. */
export function MergeReport({ merged }: { merged: admin.Merged }) {
  const parts: [string, string[]][] = [
    ['New', merged.added],
    ['Changed', merged.changed],
    ['Gone', merged.removed],
    ['Stays as it was written by hand', merged.kept],
    ['Goes with its operation', merged.dropped],
  ];
  const told = parts.filter(([, all]) => all.length > 0);
  const breaking = merged.contract?.breaking ?? 0;
  return (
    <Stack gap={3}>
      {breaking > 0 && (
        <Callout tone="warn" icon="warning">
          {format.plural(breaking, 'change')} in the contract {breaking === 1 ? 'breaks' : 'break'} callers.
        </Callout>
      )}
      {told.length === 0 && <p className="muted">Nothing changes.</p>}
      {told.map(([title, all]) => (
        <div key={title}>
          <strong>{title}</strong>
          <ul>
            {all.slice(0, SHOWN).map((one) => (
              <li key={one}>
                <code>{one}</code>
              </li>
            ))}
            {all.length > SHOWN && <li>and {format.count(all.length - SHOWN)} more</li>}
          </ul>
        </div>
      ))}
    </Stack>
  );
}

/** Each place that was changed here and in the document, with both, to choose from. */
export function Conflicts({ conflicts, choices, onChoose }: { conflicts: readonly admin.MergeConflict[]; choices: Choices; onChoose: (choices: Choices) => void }) {
  const open = conflicts.filter(({ place }) => !choices[place]).length;
  const all = (side: ConflictSide) => onChoose(Object.fromEntries(conflicts.map(({ place }) => [place, side])));
  return (
    <Stack gap={3}>
      <p>
        What was changed here since the last import, and is something else in the document too. Say of each which counts; everything else is put together by itself.
      </p>
      <Row>
        <Badge tone={open === 0 ? 'good' : 'warn'}>{open === 0 ? 'all decided' : `${format.count(open)} of ${format.count(conflicts.length)} open`}</Badge>
        <Button size="s" onClick={() => all('here')}>
          All as here
        </Button>
        <Button size="s" onClick={() => all('document')}>
          All as in the document
        </Button>
      </Row>
      <ol className={css.conflicts} aria-label="Conflicts">
        {conflicts.map((conflict) => (
          <Conflict key={conflict.place} conflict={conflict} chosen={choices[conflict.place]} onChoose={(side) => onChoose({ ...choices, [conflict.place]: side })} />
        ))}
      </ol>
    </Stack>
  );
}

function Conflict({ conflict, chosen, onChoose }: { conflict: admin.MergeConflict; chosen?: ConflictSide; onChoose: (side: ConflictSide) => void }) {
  const name = useId();
  const sides = [
    { side: 'here', label: 'As it is here', text: conflict.here },
    { side: 'document', label: 'As in the document', text: conflict.document },
  ] as const;
  return (
    <li>
      <fieldset>
        <legend>
          <code>{conflict.place}</code> {conflict.line != null && <span className="muted">line {conflict.line}</span>}
        </legend>
        <div className={css.sides}>
          {sides.map(({ side, label, text }) => (
            <label key={side} className={chosen === side ? css.chosen : css.side}>
              <span>
                <input type="radio" name={name} checked={chosen === side} onChange={() => onChoose(side)} /> {label}
              </span>
              {text == null ? <em className="muted">taken out</em> : <pre>{text || '(empty)'}</pre>}
            </label>
          ))}
        </div>
      </fieldset>
    </li>
  );
}
