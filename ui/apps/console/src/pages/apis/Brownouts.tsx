// Short times in which the calls of an API that ends are refused: planned, shown, called off.
import * as admin from '@pailou/api/admin';
import { Badge, Button, Confirm, Dialog, EmptyState, ErrorState, Facts, Field, format, IconButton, Panel, Row, Stack, Table, TextInput, type Tone } from '@pailou/kit';
import { useState } from 'react';
import { Needs } from '../../parts/may.tsx';
import css from './Brownouts.module.css';
import { lasting, proposed, sent, type TypedBrownout, typedOf, type When, when, wrong } from './brownouts.ts';
import { useStep } from './useStep.ts';

const WHEN: Record<When, readonly [Tone, string]> = { now: ['bad', 'refused now'], planned: ['warn', 'planned'], over: ['neutral', 'over'] };

/** That calls are refused just now. */
export function BrownoutBadge({ brownouts }: { brownouts: readonly admin.Brownout[] }) {
  const now = brownouts.find((one) => when(one, Date.now()) === 'now');
  return now ? <Badge tone="bad" title={`until ${format.fullTime(now.until)}`}>brownout: calls are refused {format.until(now.until).replace(/^in /, 'for another ')}</Badge> : null;
}

/** When an API that is deprecated ends, and the times before that in which its calls are refused. */
export function TheEnd({ id, api }: { id: string; api: admin.Api }) {
  const [planning, setPlanning] = useState(false);
  const [leaving, setLeaving] = useState<admin.Brownout>();
  const life: admin.Lifecycle = api.lifecycle ?? {};
  const brownouts = life.brownouts ?? [];
  const now = Date.now();
  const open = brownouts.some((one) => when(one, now) !== 'over');
  const cancel = useStep(id, 'The brownout is called off', () => setLeaving(undefined));
  const owner = api.owner ?? null;
  return (
    <Panel
      title="Its end"
      actions={
        <Needs permission="apis:write" owner={owner}>
          <Button size="s" onClick={() => setPlanning(true)}>
            {open ? 'Change brownouts' : 'Plan brownouts'}
          </Button>
        </Needs>
      }
    >
      <Stack gap={3}>
        <Facts
          facts={[
            ['Deprecated', life.deprecated_at && format.fullTime(life.deprecated_at)],
            ['Stops to answer', life.sunset_at ? `${format.fullTime(life.sunset_at)} (${format.until(life.sunset_at)})` : 'no day was said'],
            ['What comes after it', life.successor && <code key="after">{life.successor}</code>],
            ['Says more', life.docs && <code key="docs">{life.docs}</code>],
          ]}
        />
        {brownouts.length === 0 ? (
          <EmptyState compact icon="pause" title="No brownouts">
            Short times in which calls are refused, told to those who use it: whoever still calls notices while there is time to move.
          </EmptyState>
        ) : (
          <Table
            caption="Brownouts, in the order of time"
            rows={[...brownouts].sort((a, b) => new Date(a.from).getTime() - new Date(b.from).getTime())}
            rowKey={(one) => one.from}
            empty={null}
            columns={[
              { id: 'state', header: 'State', cell: (one) => <Badge tone={WHEN[when(one, now)][0]}>{WHEN[when(one, now)][1]}</Badge> },
              { id: 'from', header: 'From', cell: (one) => format.fullTime(one.from) },
              { id: 'until', header: 'Until', hide: 'below', cell: (one) => format.fullTime(one.until) },
              { id: 'long', header: 'For', align: 'end', hide: 'narrow', cell: lasting },
              {
                id: 'off',
                header: 'Change',
                align: 'end',
                cell: (one) =>
                  when(one, now) !== 'over' && (
                    <Needs permission="apis:write" owner={owner}>
                      <Button size="s" aria-label={`Call off the brownout from ${format.fullTime(one.from)}`} onClick={() => setLeaving(one)}>
                        Call off
                      </Button>
                    </Needs>
                  ),
              },
            ]}
          />
        )}
      </Stack>
      {planning && <PlanDialog id={id} life={life} onClose={() => setPlanning(false)} />}
      <Confirm
        open={leaving !== undefined}
        onClose={() => setLeaving(undefined)}
        busy={cancel.busy}
        action="Call off"
        title="Call this brownout off?"
        onConfirm={() => void cancel.run(() => admin.moveApi(id, { to: 'deprecated', brownouts: brownouts.filter((one) => one !== leaving) }))}
      >
        <Stack gap={3}>
          <p>{leaving && `From ${format.fullTime(leaving.from)} until ${format.fullTime(leaving.until)} calls are answered as ever. Those whose apps use the API are told of what is left.`}</p>
          {cancel.error ? <ErrorState compact error={cancel.error} /> : null}
        </Stack>
      </Confirm>
    </Panel>
  );
}

function PlanDialog({ id, life, onClose }: { id: string; life: admin.Lifecycle; onClose: () => void }) {
  const before = life.brownouts ?? [];
  // What is over stays as it is, and is not shown to be changed.
  const [past] = useState(() => before.filter((one) => when(one, Date.now()) === 'over'));
  const [typed, setTyped] = useState<TypedBrownout[]>(() => before.filter((one) => !past.includes(one)).map(typedOf));
  const { run, busy, error } = useStep(id, `The brownouts of ${id} are planned`, onClose);
  const isWrong = typed.some((one) => wrong(one, life.sunset_at ?? undefined));
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={`Brownouts of ${id}`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" busy={busy} disabled={isWrong} onClick={() => void run(() => admin.moveApi(id, { to: 'deprecated', brownouts: [...past, ...typed.map((one) => sent(one, before))] }))}>
            Save
          </Button>
        </>
      }
    >
      <Stack>
        <p>In these times every call is answered with 503 and says what comes after the API. They begin and end by themselves; those whose apps use it are told.</p>
        <BrownoutFields ends={life.sunset_at ?? undefined} typed={typed} onChange={setTyped} />
        {error ? <ErrorState compact error={error} /> : null}
      </Stack>
    </Dialog>
  );
}

/** A row for each, with what is wrong with it. */
export function BrownoutFields({ ends, typed, onChange }: { ends?: string; typed: readonly TypedBrownout[]; onChange: (typed: TypedBrownout[]) => void }) {
  const set = (at: number, part: Partial<TypedBrownout>) => onChange(typed.map((one, other) => (other === at ? { ...one, ...part } : one)));
  const ideas = ends ? proposed(ends, Date.now()) : [];
  return (
    <Stack gap={3}>
      {typed.length > 0 && (
        <ol className={css.list} aria-label="Brownouts">
          {typed.map((one, at) => {
            const error = one.from && one.until ? wrong(one, ends) : undefined;
            return (
              <li key={at} className={css.row}>
                <Field label={`Brownout ${at + 1} from`} error={error} required>
                  {(control) => <TextInput {...control} type="datetime-local" value={one.from} onChange={(event) => set(at, { from: event.target.value })} />}
                </Field>
                <Field label="until" required>
                  {(control) => <TextInput {...control} type="datetime-local" value={one.until} onChange={(event) => set(at, { until: event.target.value })} />}
                </Field>
                <IconButton icon="trash" label={`Take brownout ${at + 1} away`} onClick={() => onChange(typed.filter((_, other) => other !== at))} />
              </li>
            );
          })}
        </ol>
      )}
      <Row>
        <Button size="s" icon="plus" onClick={() => onChange([...typed, { from: '', until: '' }])}>
          Add a brownout
        </Button>
        {typed.length === 0 && ideas.length > 0 && (
          <Button size="s" onClick={() => onChange(ideas)}>
            Propose some
          </Button>
        )}
        <span className="muted">{format.timeZone()}; a day long at most{ends ? `, before ${format.fullTime(ends)}` : ''}.</span>
      </Row>
    </Stack>
  );
}
