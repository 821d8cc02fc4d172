import { ProblemError } from '@pailou/api';
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { ErrorState, saidOf } from './States.tsx';

afterEach(cleanup);

const finding = (field: string, message: string) => ({ severity: 'error' as const, rule: 'wrong', message, field });
const refusal = (...findings: ReturnType<typeof finding>[]) => new ProblemError(422, 'invalid', 'Invalid content', 'nothing was changed', findings);

describe('a refusal', () => {
  it('does not say again what stands beside a field, and tells whoever does not see it', () => {
    const error = refusal(finding('name', 'is no name'), finding('listen.path', 'is taken'));
    const { rerender } = render(<ErrorState error={error} fields={['name']} />);
    expect(screen.queryByText('is no name')).toBeNull();
    expect(screen.getByText('is taken')).toBeTruthy();
    rerender(<ErrorState error={error} fields={['name', 'listen']} />);
    expect(screen.queryByText('Invalid content')).toBeNull();
    expect(screen.getByRole('alert').textContent).toBe('is no name is taken');
    expect(screen.getByRole('alert').className).toBe('visually-hidden');
    // Without findings there is nothing that a field could say.
    rerender(<ErrorState error={new ProblemError(500, 'internal', 'It failed', '')} fields={['name']} />);
    expect(screen.getByText('It failed')).toBeTruthy();
  });

  it('is told by field, with its parts', () => {
    const error = refusal(finding('listen.path', 'is taken'));
    expect([saidOf(error, 'listen'), saidOf(error, 'path', 'listen.path'), saidOf(error, 'list'), saidOf(new Error('x'), 'listen')]).toEqual(['is taken', 'is taken', undefined, undefined]);
  });
});
