import '@pailou/kit/kit.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <h1>Pailou</h1>
    </StrictMode>,
  );
}
