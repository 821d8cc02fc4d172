import '@pailou/kit/kit.css';
import { ConfirmSession, ToastProvider } from '@pailou/kit';
import { TryHistory } from '@pailou/reference';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { confirmation } from './api/account.ts';
import { client, queryClient, session } from './api/client.ts';
import { KeyProvider } from './keys.tsx';
import { TokenProvider } from './oauth/tokens.tsx';
import { router } from './router.tsx';

// A session that ended elsewhere is noticed at the first refused call.
client.onUnauthenticated(() => {
  if (queryClient.getQueryData(session.queryKey)) queryClient.setQueryData(session.queryKey, null);
});

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <KeyProvider>
          <TokenProvider>
            <TryHistory>
              <ToastProvider>
                <RouterProvider router={router} />
                <ConfirmSession calls={confirmation} />
              </ToastProvider>
            </TryHistory>
          </TokenProvider>
        </KeyProvider>
      </QueryClientProvider>
    </StrictMode>,
  );
}
