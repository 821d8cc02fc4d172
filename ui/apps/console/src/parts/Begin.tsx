// An API that is new: who answers for it, and where it begins its life.
import type * as admin from '@pailou/api/admin';
import { Field, Grid, Select, TextInput } from '@pailou/kit';

export interface Beginning {
  owner: string;
  state: 'draft' | 'published';
}

export const PUBLISHED: Beginning = { owner: '', state: 'published' };

const STATES = [
  { value: 'published', label: 'Published' },
  { value: 'draft', label: 'Draft' },
] as const;

/** What a request says of it. */
export const beginningOf = ({ owner, state }: Beginning): Pick<admin.ImportRequest, 'owner' | 'state'> => ({ ...(owner.trim() && { owner: owner.trim() }), ...(state === 'draft' && { state }) });

export function Begin({ value, error, onChange }: { value: Beginning; error?: string; onChange: (value: Beginning) => void }) {
  return (
    <Grid min="9rem">
      <Field label="Owner" hint="Who answers for it: an e-mail address or a team." error={error}>
        {(control) => <TextInput {...control} placeholder="orders@example.com" value={value.owner} onChange={(event) => onChange({ ...value, owner: event.target.value })} />}
      </Field>
      <Field label="Begins as" hint="A draft answers and is not in the portal: have it reviewed first, and publish it under Life.">
        {(control) => <Select {...control} options={STATES} value={value.state} onChange={(event) => onChange({ ...value, state: event.target.value as Beginning['state'] })} />}
      </Field>
    </Grid>
  );
}
