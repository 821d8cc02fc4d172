import { type ReactNode, useId, useLayoutEffect, useRef } from 'react';
import { Button, IconButton } from './Button.tsx';
import { cx } from './cx.ts';
import css from './Dialog.module.css';

interface ModalProps {
  open: boolean;
  /** Asked for by Escape, the close button or, for a drawer, a click beside it. */
  onClose: () => void;
  title: ReactNode;
  children: ReactNode;
  footer?: ReactNode;
  /** Takes away every way out but the footer's, for what must not be lost. */
  locked?: boolean;
  wide?: boolean;
}

// The browser's own modal dialog: it traps and restores focus and makes the rest inert.
function Modal({ kind, open, onClose, title, children, footer, locked, wide }: ModalProps & { kind: 'dialog' | 'drawer' }) {
  const ref = useRef<HTMLDialogElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const heading = useId();
  useLayoutEffect(() => {
    const dialog = ref.current;
    if (!dialog) return;
    if (open && !dialog.open) dialog.showModal();
    if (!open && dialog.open) dialog.close();
  }, [open]);
  // Another title is another step: it begins at its top, and the keyboard goes on within it.
  const step = typeof title === 'string' ? title : undefined;
  const shown = useRef(step);
  useLayoutEffect(() => {
    if (shown.current === step) return;
    shown.current = step;
    if (!body.current) return;
    body.current.scrollTop = 0;
    if (!ref.current?.contains(document.activeElement)) body.current.focus({ preventScroll: true });
  }, [step]);
  if (!open) return null;
  return (
    <dialog
      ref={ref}
      className={cx(css.modal, css[kind], wide && css.wide)}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        if (!locked) onClose();
      }}
      onKeyDown={(event) => {
        // Chromium closes on a second Escape whatever `cancel` says.
        if (event.key === 'Escape') {
          event.preventDefault();
          event.stopPropagation();
          if (!locked) onClose();
        }
      }}
      onMouseDown={(event) => {
        if (event.target === ref.current && !locked && kind === 'drawer') onClose();
      }}
    >
      <div className={css.inner}>
        <header className={css.header}>
          <h2 id={heading}>{title}</h2>
          {!locked && <IconButton icon="close" label="Close" onClick={onClose} />}
        </header>
        <div className={css.body} ref={body} tabIndex={-1}>{children}</div>
        {footer && <footer className={css.footer}>{footer}</footer>}
      </div>
    </dialog>
  );
}

export function Dialog(props: ModalProps) {
  return <Modal kind="dialog" {...props} />;
}

/** A dialog at the side, for the details of one item of the list behind it. */
export function Drawer(props: ModalProps) {
  return <Modal kind="drawer" {...props} />;
}

interface ConfirmProps {
  open: boolean;
  title: string;
  children: ReactNode;
  /** The verb on the button: "Delete", "Revoke". */
  action: string;
  danger?: boolean;
  busy?: boolean;
  onConfirm: () => void;
  onClose: () => void;
}

export function Confirm({ open, title, children, action, danger, busy, onConfirm, onClose }: ConfirmProps) {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={title}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant={danger ? 'danger' : 'primary'} busy={busy} onClick={onConfirm}>
            {action}
          </Button>
        </>
      }
    >
      {children}
    </Dialog>
  );
}
