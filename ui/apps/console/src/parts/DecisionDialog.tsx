import * as admin from '@pailou/api/admin';
import { Button, Dialog, Facts, Field, format, Stack, TextArea, TextInput, useToast } from '@pailou/kit';
import { useState } from 'react';
import { forgetResources } from '../queries.ts';

/** Whether somebody is to decide: on a subscription, or on another plan for one. */
export const waits = (one: Pick<admin.Subscription, 'state' | 'change'>) => one.state === 'pending' || Boolean(one.change);

/** Approves or refuses a subscription that waits, or another plan for one. */
export function DecisionDialog({ subscription, onClose }: { subscription: admin.Subscription; onClose: () => void }) {
  const [reason, setReason] = useState('');
  const [end, setEnd] = useState('');
  const [busy, setBusy] = useState<'yes' | 'no'>();
  const toast = useToast();
  const { app, product, plan, change } = subscription;
  const decide = async (approve: boolean) => {
    setBusy(approve ? 'yes' : 'no');
    try {
      await admin.decide(subscription.name, approve, reason.trim(), approve && end ? format.endOfDay(end) : undefined);
      await forgetResources();
      if (change) toast.done(approve ? `Approved: ${app} has the plan ${change.plan} now` : `${app} keeps the plan ${plan}`);
      else toast.done(approve ? `Approved: ${app} may use ${product}` : `Refused: ${app} may not use ${product}`);
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
      title={change ? `${app} asks for the plan ${change.plan}` : `${app} asks for ${product}`}
      footer={
        <>
          <Button variant="danger" busy={busy === 'no'} disabled={busy !== undefined} onClick={() => void decide(false)}>
            Refuse
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
            ['App', app],
            ['Product', product],
            ['Plan', change ? `${change.plan} instead of ${plan}` : plan],
            ['They say', change ? change.reason : subscription.reason],
          ]}
        />
        <Field label="Your reason" hint="The developer sees it.">
          {(control) => <TextArea {...control} value={reason} onChange={(event) => setReason(event.target.value)} rows={3} maxLength={1000} />}
        </Field>
        <Field label="Last day" hint="As its plan says, where left empty. The developer is warned before it ends.">
          {(control) => <TextInput {...control} type="date" value={end} onChange={(event) => setEnd(event.target.value)} />}
        </Field>
        <p className="muted">{change ? 'Until you decide, its calls go on under the present plan.' : 'Approved, its calls are let through within a second.'}</p>
      </Stack>
    </Dialog>
  );
}
