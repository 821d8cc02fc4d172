// What an app is called: asked when it is made, and changed later.
import { Button, Dialog, ErrorState, Field, TextArea, TextInput, useTask } from '@pailou/kit';
import type { PortalApp } from '@pailou/api/portal';
import { type FormEvent, useState } from 'react';
import { createApp, updateApp } from '../api/account.ts';
import css from './AppDialog.module.css';

interface DialogProps {
  open: boolean;
  /** The app to change; absent to make one. */
  app?: PortalApp;
  onClose: () => void;
  onDone: (name: string) => void;
}

export function AppDialog(props: DialogProps) {
  // What was typed into a dialog that was left does not come back.
  return props.open ? <Open {...props} /> : null;
}

function Open({ app, onClose, onDone }: DialogProps) {
  const [title, setTitle] = useState(app?.title ?? '');
  const [description, setDescription] = useState(app?.description ?? '');
  const { busy, error, run } = useTask();
  const [tried, setTried] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!title.trim()) return;
    await run(async () => {
      const form = { title: title.trim(), description: description.trim() };
      if (app) await updateApp(app.name, form);
      onDone(app?.name ?? (await createApp(form)).name);
    });
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={app ? 'Edit the app' : 'New app'}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit" form="app-form" busy={busy}>
            {app ? 'Save' : 'Make the app'}
          </Button>
        </>
      }
    >
      <form id="app-form" onSubmit={submit} noValidate className={css.form}>
        <Field label="Name" required error={tried && !title.trim() ? 'Give it a name.' : undefined}>
          {(control) => <TextInput {...control} value={title} maxLength={100} onChange={(event) => setTitle(event.target.value)} />}
        </Field>
        <Field label="What it is">{(control) => <TextArea {...control} rows={2} maxLength={500} value={description} onChange={(event) => setDescription(event.target.value)} />}</Field>
        {error !== undefined && <ErrorState error={error} compact />}
      </form>
    </Dialog>
  );
}
