import '@pailou/kit/kit.css';
import * as admin from '@pailou/api/admin';
import { ConfirmSession, ToastProvider } from '@pailou/kit';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { queryClient } from './queries.ts';
import { router } from './router.tsx';

/** Who goes to their provider comes back to the page they left. */
const confirmation = {
  ...admin.confirmation,
  again: (provider: string) => admin.beginSso(provider, window.location.pathname.replace(/^\/console/, '') || '/', true),
  onAsk: admin.client.onConfirmation,
};

const root = document.getElementById('root');
if (!root) throw new Error('the page has no root element');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <ToastProvider>
        <RouterProvider router={router} />
        <ConfirmSession calls={confirmation} />
      </ToastProvider>
    </QueryClientProvider>
  </StrictMode>,
);
