import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { useState } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import type { Placed, Schema } from './schema.ts';
import { SchemaForm } from './SchemaForm.tsx';

const schema: Schema = {
  title: 'Rate limit',
  type: 'object',
  properties: {
    limit: { type: 'integer', minimum: 1, description: 'Calls in a window.' },
    per: { oneOf: [{ const: 'consumer', description: 'Each consumer.' }, { const: 'ip', description: 'Each address.' }], default: 'consumer' },
    headers: { type: 'array', items: { type: 'string' } },
    burst: { type: 'object', properties: { size: { type: 'integer' } }, required: ['size'] },
    values: { type: 'object', additionalProperties: { type: 'string' } },
    dry: { type: 'boolean', default: false },
  },
  required: ['limit'],
};

function Harness({ start, findings }: { start: unknown; findings?: Placed[] }) {
  const [value, setValue] = useState(start);
  return (
    <>
      <SchemaForm label="Rate limit" schema={schema} value={value} onChange={setValue} findings={findings} path="policies[0].rate-limit" />
      <output>{JSON.stringify(value)}</output>
    </>
  );
}
const written = () => JSON.parse(screen.getByRole('status').textContent || 'null') as unknown;

afterEach(cleanup);

describe('a form made from a schema', () => {
  it('writes numbers, choices, lists, parts and switches, and nothing that was not touched', () => {
    render(<Harness start={{ limit: 1 }} />);
    fireEvent.change(screen.getByLabelText(/^Limit/), { target: { value: '100' } });
    expect(written()).toEqual({ limit: 100 });
    fireEvent.change(screen.getByLabelText('Per'), { target: { value: '1' } });
    const [addHeader] = screen.getAllByRole('button', { name: 'Add' });
    fireEvent.click(addHeader as HTMLElement);
    fireEvent.change(screen.getByLabelText('Headers 1'), { target: { value: 'x-key' } });
    fireEvent.click(screen.getByRole('button', { name: 'Set burst' }));
    fireEvent.change(screen.getByLabelText(/^Size/), { target: { value: '5' } });
    fireEvent.click(screen.getByLabelText('Dry'));
    expect(written()).toEqual({ limit: 100, per: 'ip', headers: ['x-key'], burst: { size: 5 }, dry: true });
  });

  it('takes optional things away again', () => {
    render(<Harness start={{ limit: 1, headers: ['a'], burst: { size: 1 } }} />);
    fireEvent.click(screen.getByRole('button', { name: 'Remove headers 1' }));
    fireEvent.click(screen.getByRole('button', { name: 'Remove burst' }));
    expect(written()).toEqual({ limit: 1 });
  });

  it('edits names that the user chooses', () => {
    render(<Harness start={{ limit: 1, values: { a: '1' } }} />);
    fireEvent.change(screen.getByLabelText('New name'), { target: { value: 'b' } });
    fireEvent.keyDown(screen.getByLabelText('New name'), { key: 'Enter' });
    fireEvent.change(screen.getByLabelText(/^B/), { target: { value: '2' } });
    expect(written()).toEqual({ limit: 1, values: { a: '1', b: '2' } });
  });

  it("shows the server's findings at their fields, and those of elsewhere above", () => {
    render(
      <Harness
        start={{ limit: 0 }}
        findings={[
          { field: 'policies[0].rate-limit.limit', message: 'must be at least 1' },
          { field: 'listen.path', message: 'is taken' },
        ]}
      />,
    );
    const input = screen.getByLabelText(/^Limit/);
    expect(input.getAttribute('aria-invalid')).toBe('true');
    expect(document.getElementById(input.getAttribute('aria-describedby')?.split(' ').at(-1) ?? '')?.textContent).toContain('must be at least 1');
    expect(screen.getByText(/is taken/)).toBeTruthy();
  });

  it('edits the same value as YAML, and tells nothing on while the text does not read', () => {
    render(<Harness start={{ limit: 1 }} />);
    fireEvent.click(screen.getByRole('button', { name: 'YAML' }));
    const area = screen.getByRole('textbox');
    expect((area as HTMLTextAreaElement).value).toBe('limit: 1\n');
    fireEvent.change(area, { target: { value: 'limit: [' } });
    expect(written()).toEqual({ limit: 1 });
    expect(area.getAttribute('aria-invalid')).toBe('true');
    fireEvent.change(area, { target: { value: 'limit: 7\nper: ip' } });
    expect(written()).toEqual({ limit: 7, per: 'ip' });
  });
});
