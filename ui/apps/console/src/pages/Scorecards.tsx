import type { Standing } from '@pailou/api/admin';
import { Badge, Drawer, EmptyState, PageHeader, Row, SearchInput, Select, Stack, Table, type Tone } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { Checks, requirementName } from '../parts/Checks.tsx';
import { useListSearch } from '../parts/paging.tsx';
import { byApi, byTeam, type Card, type Team, tone } from '../parts/scorecards.ts';
import { scorecardsQuery } from '../queries.ts';

const VIEWS = [
  { value: 'api', label: 'By API' },
  { value: 'team', label: 'By team' },
  { value: 'asked', label: 'By what is asked' },
];

export const Score = ({ of }: { of: number }) => <Badge tone={tone(of) as Tone}>{of} of 100</Badge>;

/** How APIs and teams stand to what is asked of them. */
export function Scorecards() {
  const search = useSearch({ from: '/shell/scorecards' });
  const navigate = useNavigate({ from: '/scorecards' });
  const list = useListSearch(search, (next) => void navigate({ search: { ...search, ...next }, replace: true }));
  const query = useQuery(scorecardsQuery);
  const [open, setOpen] = useState<Card>();
  const view = search.view ?? 'api';
  const wanted = (search.q ?? '').toLowerCase();
  const standings = query.data?.filter((one) => !search.owner || (one.owner ?? '') === search.owner);
  const cards = standings && byApi(standings).filter((card) => `${card.api} ${card.owner ?? ''}`.toLowerCase().includes(wanted));
  const states = { error: query.error, retry: () => void query.refetch(), filtered: Boolean(search.q || search.owner), onClearFilters: () => void navigate({ search: { view: search.view } }) };
  const empty = (
    <EmptyState icon="policy" title="No standard is about any API yet">
      A standard says what APIs must have; from then on each has a scorecard here. <Link to="/standards">Standards</Link>
    </EmptyState>
  );
  return (
    <>
      <PageHeader title="Scorecards" lead="How APIs and teams stand to what is asked of them. What is waived counts as not met." />
      <Stack>
        <Row>
          <Select aria-label="Scorecards by" options={VIEWS} value={view} onChange={(event) => void navigate({ search: { ...search, view: event.target.value === 'api' ? undefined : event.target.value }, replace: true })} />
          <SearchInput label="Search APIs and teams" value={list.text} onChange={list.setText} />
          {search.owner !== undefined && (
            <Link to="/scorecards" search={{ view: search.view }}>
              of {search.owner || 'nobody'} alone: show all
            </Link>
          )}
        </Row>
        {view === 'api' && (
          <Table
            caption="APIs and how they stand"
            rows={cards}
            rowKey={(card) => card.api}
            onOpen={setOpen}
            empty={empty}
            {...states}
            columns={[
              {
                id: 'api',
                header: 'API',
                sort: (card) => card.api,
                cell: (card) => (
                  <>
                    <b>{card.api}</b>
                    <div className="muted">{card.owner ?? 'nobody answers for it'}</div>
                  </>
                ),
              },
              { id: 'score', header: 'Score', align: 'end', sort: (card) => card.score, cell: (card) => <Score of={card.score} /> },
              { id: 'missing', header: 'Missing', hide: 'below', cell: (card) => card.missing.map(requirementName).join(', ') || <span className="muted">nothing</span> },
            ]}
          />
        )}
        {view === 'team' && (
          <Table
            caption="Teams and how their APIs stand"
            rows={cards && byTeam(cards)}
            rowKey={(team: Team) => team.owner}
            empty={empty}
            {...states}
            columns={[
              {
                id: 'team',
                header: 'Team',
                sort: (team: Team) => team.owner,
                cell: (team: Team) => (
                  <Link to="/scorecards" search={{ owner: team.owner }}>
                    <b>{team.owner || 'nobody'}</b>
                  </Link>
                ),
              },
              { id: 'apis', header: 'APIs', align: 'end', sort: (team: Team) => team.apis, cell: (team: Team) => team.apis },
              { id: 'score', header: 'Mean score', align: 'end', sort: (team: Team) => team.score, cell: (team: Team) => <Score of={team.score} /> },
              { id: 'worst', header: 'Most often missing', hide: 'narrow', cell: (team: Team) => (team.worst ? requirementName(team.worst) : <span className="muted">nothing</span>) },
            ]}
          />
        )}
        {view === 'asked' && <Asked standings={standings} {...states} empty={empty} />}
      </Stack>
      <Drawer open={open !== undefined} onClose={() => setOpen(undefined)} wide title={open ? `Scorecard of ${open.api}` : ''}>
        {open && (
          <Stack>
            <Row>
              <Score of={open.score} />
              <Link to="/apis/$id/life" params={{ id: open.api }}>
                {open.api}
              </Link>
              {open.owner && <span className="muted">of {open.owner}</span>}
            </Row>
            <Checks checks={open.standings} />
          </Stack>
        )}
      </Drawer>
    </>
  );
}

interface AskedRow {
  key: string;
  standard: string;
  requirement: string;
  met: number;
  waived: number;
  missing: string[];
}

function Asked({ standings, ...states }: { standings: readonly Standing[] | undefined } & Pick<Parameters<typeof Table<AskedRow>>[0], 'error' | 'retry' | 'filtered' | 'onClearFilters' | 'empty'>) {
  const rows = new Map<string, AskedRow>();
  for (const standing of standings ?? []) {
    for (const one of standing.requirements) {
      const key = `${standing.standard} ${one.requirement}`;
      const row = rows.get(key) ?? { key, standard: standing.standard, requirement: one.requirement, met: 0, waived: 0, missing: [] };
      if (one.met) row.met += 1;
      else if (one.waived_until) row.waived += 1;
      else row.missing.push(standing.api);
      rows.set(key, row);
    }
  }
  return (
    <Table
      caption="What is asked, and which APIs do not meet it"
      rows={standings && [...rows.values()]}
      rowKey={(row) => row.key}
      {...states}
      columns={[
        {
          id: 'asked',
          header: 'What is asked',
          sort: (row) => row.key,
          cell: (row) => (
            <>
              {requirementName(row.requirement)}
              <div className="muted">{row.standard}</div>
            </>
          ),
        },
        { id: 'met', header: 'Met', align: 'end', sort: (row) => row.met, cell: (row) => row.met },
        { id: 'waived', header: 'Waived', align: 'end', hide: 'narrow', sort: (row) => row.waived, cell: (row) => row.waived },
        { id: 'missing', header: 'Missing', align: 'end', sort: (row) => row.missing.length, cell: (row) => (row.missing.length > 0 ? <Badge tone="bad">{row.missing.length}</Badge> : 0) },
        { id: 'apis', header: 'By', hide: 'medium', cell: (row) => row.missing.slice(0, 5).join(', ') + (row.missing.length > 5 ? ` and ${row.missing.length - 5} more` : '') },
      ]}
    />
  );
}
