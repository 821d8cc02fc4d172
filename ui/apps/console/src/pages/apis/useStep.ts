import { useTask, useToast } from '@pailou/kit';
import { useQueryClient } from '@tanstack/react-query';
import { forgetResources, lifeQuery } from '../../queries.ts';

/** Brings what is known of an API up to date after a step of its life. */
export function useStep(id: string, done: string, onClose: () => void) {
  const client = useQueryClient();
  const toast = useToast();
  const { busy, error, run } = useTask();
  const step = (act: () => Promise<unknown>) =>
    run(async () => {
      await act();
      await Promise.all([forgetResources(), client.invalidateQueries({ queryKey: lifeQuery(id).queryKey }), client.invalidateQueries({ queryKey: ['reviews'] })]);
      toast.done(done);
      onClose();
    });
  return { run: step, busy, error };
}
