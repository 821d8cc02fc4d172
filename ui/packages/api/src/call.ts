// One HTTP call to our own server: JSON in and out, the CSRF token where it is needed, problems as errors.
import { ProblemError, problemOf } from './problem.ts';

export type Query = Record<string, string | number | boolean | undefined | null>;

export interface CallOptions {
  query?: Query;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /** `text` for documents that are not JSON, `blob` for what is kept as a file. */
  as?: 'json' | 'text' | 'blob';
}

export interface Answer<T> {
  body: T;
  etag?: string;
  location?: string;
}

export interface Client {
  call<T>(method: string, path: string, options?: CallOptions): Promise<Answer<T>>;
  get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T>;
  /** What the session said; sent with every unsafe call. */
  setCsrf(token: string | null | undefined): void;
  /** The workspace that calls are about from now on; sent where it is not `default`. */
  setWorkspace(name: string): void;
  /** Called when the server says that the session is over. */
  onUnauthenticated(listener: () => void): void;
  /** Asks who is signed in to show that it is still them, where the server wants that first; what was asked for goes on where it says so. */
  onConfirmation(ask: () => Promise<boolean>): void;
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** A client of the API below `base`, such as `/api/v1`. */
export function createClient(base: string): Client {
  let csrf: string | null | undefined;
  let workspace = 'default';
  let signedOut = () => {};
  let confirm: (() => Promise<boolean>) | undefined;
  let asking: Promise<boolean> | undefined;

  // Several calls that wait for it wait for one answer.
  const confirmed = () => {
    asking ??= (confirm?.() ?? Promise.resolve(false)).finally(() => {
      asking = undefined;
    });
    return asking;
  };

  async function call<T>(method: string, path: string, options: CallOptions = {}): Promise<Answer<T>> {
    try {
      return await once<T>(method, path, options);
    } catch (error) {
      const waits = error instanceof ProblemError && error.code === 'confirmation-needed';
      if (waits && (await confirmed())) return once<T>(method, path, options);
      throw error;
    }
  }

  async function once<T>(method: string, path: string, options: CallOptions): Promise<Answer<T>> {
    const headers: Record<string, string> = { accept: 'application/json' };
    if (workspace !== 'default') headers['pailou-workspace'] = workspace;
    Object.assign(headers, options.headers);
    if (options.body !== undefined) headers['content-type'] = 'application/json';
    if (csrf && !SAFE.has(method)) headers['x-csrf-token'] = csrf;
    let response: Response;
    try {
      response = await fetch(base + path + queryString(options.query), {
        method,
        headers,
        credentials: 'same-origin',
        body: options.body === undefined ? undefined : JSON.stringify(options.body),
        signal: options.signal,
      });
    } catch (cause) {
      if (options.signal?.aborted) throw cause;
      throw new ProblemError(0, 'network', 'The server cannot be reached', 'Check that Pailou is running, then try again.');
    }
    if (options.as === 'blob' && response.ok) return { body: (await response.blob()) as T };
    const text = await response.text();
    const json = /\bjson\b/.test(response.headers.get('content-type') ?? '');
    if (!response.ok) {
      if (response.status === 401) signedOut();
      throw problemOf(response.status, response.statusText, json ? parse(text) : undefined, response.headers.get('x-request-id'));
    }
    const body = options.as === 'text' ? text : text === '' ? undefined : json ? parse(text) : undefined;
    if (body === undefined && options.as !== 'text' && text !== '') {
      throw new ProblemError(response.status, 'not-json', 'Unexpected answer', 'The server answered with something that is not JSON.');
    }
    return {
      body: body as T,
      etag: response.headers.get('etag') ?? undefined,
      location: response.headers.get('location') ?? undefined,
    };
  }

  return {
    call,
    get: async <T>(path: string, query?: Query, signal?: AbortSignal) => (await call<T>('GET', path, { query, signal })).body,
    setCsrf: (token) => {
      csrf = token;
    },
    setWorkspace: (name) => {
      workspace = name;
    },
    onUnauthenticated: (listener) => {
      signedOut = listener;
    },
    onConfirmation: (ask) => {
      confirm = ask;
    },
  };
}

/** `?a=1&b=x`, without what is absent; the empty string where nothing is left. */
export function queryString(query: Query = {}): string {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') pairs.set(name, String(value));
  }
  const text = pairs.toString();
  return text ? `?${text}` : '';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
