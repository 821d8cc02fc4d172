import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { refTo } from '../schema/resolve.ts';
import { SchemasProvider, SchemaTree } from './SchemaTree.tsx';

afterEach(cleanup);

const schemas = {
  Node: { type: 'object', properties: { name: { type: 'string' }, next: refTo('Node'), far: refTo('Far') } },
};

test('a schema inside itself is named, not unfolded', () => {
  render(
    <SchemasProvider schemas={schemas}>
      <SchemaTree schema={refTo('Node')} label="Body" />
    </SchemasProvider>,
  );
  expect(screen.getByRole('button', { name: /Node, as above/ })).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'next' })).toBeNull();
});

test('what the page does not carry is fetched when it is asked for', async () => {
  const fetchSchema = vi.fn(async () => ({ Far: { type: 'object', properties: { deep: { type: 'integer' } } } }));
  render(
    <SchemasProvider schemas={schemas} fetchSchema={fetchSchema}>
      <SchemaTree schema={refTo('Node')} label="Body" />
    </SchemasProvider>,
  );
  expect(fetchSchema).not.toHaveBeenCalled();
  fireEvent.click(screen.getByRole('button', { name: 'far' }));
  fireEvent.click(screen.getByRole('button', { name: 'Show Far' }));
  expect(await screen.findByText('deep')).toBeTruthy();
  expect(fetchSchema).toHaveBeenCalledWith('Far');
});

test('a schema that cannot be fetched says so and can be asked for again', async () => {
  render(
    <SchemasProvider schemas={schemas} fetchSchema={() => Promise.reject(new Error('offline'))}>
      <SchemaTree schema={refTo('Node')} label="Body" />
    </SchemasProvider>,
  );
  fireEvent.click(screen.getByRole('button', { name: 'far' }));
  fireEvent.click(screen.getByRole('button', { name: 'Show Far' }));
  expect(await screen.findByText('It could not be loaded.')).toBeTruthy();
  expect(screen.getByRole('button', { name: 'Show Far' })).toBeTruthy();
});
