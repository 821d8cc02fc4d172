import * as admin from '@pailou/api/admin';
import { Button, Dialog, Facts, Field, Stack, TextArea, TextInput, useToast } from '@pailou/kit';
import { useState } from 'react';
import { forgetResources } from '../queries.ts';

/** Approves or rejects a subscription that waits. */
export function DecisionDialog({ subscription, onClose }: { subscription: admin.Subscription; onClose: () => void }) {
  const [reason, setReason] = useState('');
  const [end, setEnd] = useState('');
  const [busy, setBusy] = useState<'yes' | 'no'>();
  const toast = useToast();
  const decide = async (approve: boolean) => {
    setBusy(approve ? 'yes' : 'no');
    try {
      await admin.decide(subscription.name, approve, reason.trim(), approve && end ? `${end}T00:00:00Z` : undefined);
      await forgetResources();
      toast.done(approve ? `Approved: ${subscription.app} may use ${subscription.product}` : `Rejected the subscription of ${subscription.app}`);
      onClose();
    } catch (error) {
      toast.failed('The decision was not taken', error);
    } finally {
      setBusy(undefined);
    }
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={`${subscription.app} asks for ${subscription.product}`}
      footer={
        <>
          <Button variant="danger" busy={busy === 'no'} disabled={busy !== undefined} onClick={() => void decide(false)}>
            Reject
          </Button>
          <Button variant="primary" busy={busy === 'yes'} disabled={busy !== undefined} onClick={() => void decide(true)}>
            Approve
          </Button>
        </>
      }
    >
      <Stack>
        <Facts
          facts={[
            ['App', subscription.app],
            ['Product', subscription.product],
            ['Plan', subscription.plan],
            ['They say', subscription.reason],
          ]}
        />
        <Field label="Your reason" hint="The developer sees it.">
          {(control) => <TextArea {...control} value={reason} onChange={(event) => setReason(event.target.value)} rows={3} maxLength={1000} />}
        </Field>
        <Field label="Lasts until" hint="As its plan says, where left empty. The developer is warned before it ends.">
          {(control) => <TextInput {...control} type="date" value={end} onChange={(event) => setEnd(event.target.value)} />}
        </Field>
        <p className="muted">Approved, its calls are let through within a second.</p>
      </Stack>
    </Dialog>
  );
}
