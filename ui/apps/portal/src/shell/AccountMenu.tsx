// Who is signed in, and the way out or in.
import { buttonClass, Icon, useToast } from '@pailou/kit';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useRouterState } from '@tanstack/react-router';
import { useEffect, useId, useRef, useState } from 'react';
import { signOut } from '../api/account.ts';
import { session } from '../api/client.ts';
import { useKey } from '../keys.tsx';
import css from './Shell.module.css';
import { below } from '../workspace.ts';

export function AccountMenu() {
  const { data, isPending } = useQuery(session);
  const href = useRouterState({ select: (state) => state.location.href });
  if (isPending) return null;
  if (data) return <Menu name={data.user.name} email={data.user.email ?? undefined} />;
  const here = below(href) || '/';
  const to = /^\/(sign-in|sign-up|forgotten|confirm|set-password)\b/.test(here) || here === '/' ? undefined : here;
  return (
    <span className={css.signs}>
      <Link to="/sign-in" search={{ to }} className={buttonClass('quiet', 's')}>
        Sign in
      </Link>
      <Link to="/sign-up" search={{ to }} className={`${buttonClass('primary', 's')} ${css.signUp}`}>
        Sign up
      </Link>
    </span>
  );
}

function Menu({ name, email }: { name: string; email?: string }) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  const navigate = useNavigate();
  const toast = useToast();
  const key = useKey();

  useEffect(() => {
    if (!open) return;
    const close = (event: Event) => {
      if (event instanceof KeyboardEvent && event.key === 'Escape') {
        setOpen(false);
        button.current?.focus();
      } else if (event instanceof PointerEvent && !box.current?.contains(event.target as Node)) setOpen(false);
    };
    addEventListener('keydown', close);
    addEventListener('pointerdown', close);
    return () => {
      removeEventListener('keydown', close);
      removeEventListener('pointerdown', close);
    };
  }, [open]);

  const leave = async () => {
    setOpen(false);
    try {
      const there = await signOut();
      key.set('');
      key.setRemember(false);
      if (there) return window.location.assign(there);
      await navigate({ to: '/' });
      toast.done('You are signed out.');
    } catch (error) {
      toast.failed('Signing out did not work', error);
    }
  };

  return (
    <div className={css.account} ref={box}>
      <button type="button" ref={button} className={css.person} aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)} aria-label={`Account of ${name || email}`}>
        <span aria-hidden="true">{(name || email || '?').trim().charAt(0).toUpperCase()}</span>
      </button>
      {open && (
        <div className={css.menu} id={id}>
          <p className={css.who}>
            <strong>{name}</strong>
            {email && email !== name && <span>{email}</span>}
          </p>
          <Link to="/apps" onClick={() => setOpen(false)}>
            <Icon name="app" size={16} /> My apps
          </Link>
          <Link to="/consents" onClick={() => setOpen(false)}>
            <Icon name="key" size={16} /> Apps you agreed to
          </Link>
          <Link to="/account" onClick={() => setOpen(false)}>
            <Icon name="key" size={16} /> Passkeys & sign-in
          </Link>
          <button type="button" onClick={() => void leave()}>
            <Icon name="signout" size={16} /> Sign out
          </button>
        </div>
      )}
    </div>
  );
}
