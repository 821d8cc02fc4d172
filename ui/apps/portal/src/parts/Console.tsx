// The console of an operation: where the call goes, who it says calls, and what to do about a refusal.
import { buttonClass, ErrorState, Field, Select, Skeleton, TextInput } from '@pailou/kit';
import { headerOf, problemCode, type TryAnswer, TryIt } from '@pailou/reference';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { tryCall, trySandbox } from '../api/account.ts';
import { api as apiQuery, apps as appsQuery, oauthClient, operation as operationQuery, queryClient, session as sessionQuery } from '../api/client.ts';
import { useKey } from '../keys.tsx';
import { ownToken, shown } from '../oauth/flow.ts';
import { needsOf, wantedOf } from '../oauth/needs.ts';
import { callingApp, TokenPanel } from '../oauth/TokenPanel.tsx';
import { useTokens } from '../oauth/tokens.tsx';
import { basepath } from '../workspace.ts';
import css from './Console.module.css';
import { keyHeader, type Method, methodsOf } from './keyHeader.ts';

const METHODS: Record<Method, string> = { key: 'An API key', oauth: 'A token of this portal', bearer: 'A token from elsewhere' };

type Request = Parameters<typeof tryCall>[1];

export function Console({ api, operation }: { api: string; operation: string }) {
  const { data: page } = useQuery(operationQuery(api, operation));
  const detail = useQuery(apiQuery(api));
  const key = useKey();
  const tokens = useTokens();
  const signedIn = useQuery(sessionQuery).data;
  const found = useQuery({ ...appsQuery, enabled: Boolean(signedIn) }).data;
  const mine = signedIn ? found : undefined;
  const [chosen, setSandbox] = useState('');
  const [method, setMethod] = useState<Method>();
  const [pasted, setPasted] = useState('');
  if (detail.error) return <ErrorState error={detail.error} retry={() => void detail.refetch()} compact />;
  if (!page || !detail.data || (signedIn && !found)) return <Skeleton lines={5} />;

  const needs = needsOf(page);
  const sandbox = mine?.some((one) => one.name === chosen) ? chosen : '';
  const methods = methodsOf(detail.data, needs.alternatives.length > 0);
  const by = sandbox ? undefined : method && methods.includes(method) ? method : methods[0];
  const header = keyHeader(detail.data);
  const product = detail.data.products[0]?.name;
  const baseUrl = page.base_url ?? detail.data.base_url;
  const app = callingApp(tokens.app, mine);

  /** The headers that say who calls, as they are at this moment. */
  const credentials = async (request: Request): Promise<Record<string, string>> => {
    if (by === 'bearer' && pasted) return { authorization: `Bearer ${pasted}` };
    if (by !== 'oauth' || !app) return {};
    const client = await queryClient.ensureQueryData(oauthClient(app)).catch(() => undefined);
    if (!client) return {};
    const { secret } = tokens.held(app);
    let token = await tokens.current(app, { client, secret });
    // With a secret at hand nobody has to press a button first.
    if (!token && secret && !client.dpop && client.grants.includes('client-credentials')) {
      token = await ownToken({ client, secret }, wantedOf(needs, client.scopes).filter((scope) => client.scopes.includes(scope)));
      tokens.keep(app, { token });
    }
    return token ? shown(token, request.method, baseUrl.replace(/\/$/, '') + request.path) : {};
  };
  const send = async (request: Request) => {
    if (sandbox) return trySandbox(sandbox, api, request);
    return tryCall(api, { ...request, headers: { ...request.headers, ...(await credentials(request)) } });
  };
  const where = mine && mine.length > 0 && detail.data.contract && (
    <Field label="Where" className={css.choice} hint={sandbox ? 'A mock answers; what you create stays until you empty the sandbox on the app’s page.' : undefined}>
      {(control) => <Select {...control} value={sandbox} onChange={(event) => setSandbox(event.target.value)} options={[{ value: '', label: 'The API itself' }, ...mine.map((one) => ({ value: one.name, label: `Sandbox of ${one.title || one.name}` }))]} />}
    </Field>
  );
  return (
    <>
      {where}
      {by && methods.length > 1 && (
        <Field label="With" className={css.choice}>
          {(control) => <Select {...control} value={by} onChange={(event) => setMethod(event.target.value as Method)} options={methods.map((one) => ({ value: one, label: METHODS[one] }))} />}
        </Field>
      )}
      <TryIt
        key={sandbox}
        page={page}
        baseUrl={baseUrl}
        apiKey={header && by === 'key' ? { header, value: key.value, onChange: key.set, remember: key.remember, onRemember: key.setRemember } : undefined}
        credentials={by === 'oauth' ? <TokenPanel needs={needs} apps={mine} product={product} api={api} /> : by === 'bearer' ? <Pasted value={pasted} onChange={setPasted} /> : undefined}
        stands={by === 'oauth' || by === 'bearer' ? { header: 'authorization', value: 'Bearer YOUR_TOKEN' } : undefined}
        send={send}
        problemHref={(code) => `${basepath}/problems/${code}`}
        help={(answer) => <Help answer={answer} api={api} product={product} by={by} />}
      />
    </>
  );
}

/** A token that somebody else issued. */
function Pasted({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  return (
    <Field label="Your access token" className={css.choice} hint="Sent as Authorization: Bearer. Kept in this page’s memory only.">
      {(control) => <TextInput {...control} mono type="password" value={value} onChange={(event) => onChange(event.target.value.trim())} autoComplete="off" data-1p-ignore />}
    </Field>
  );
}

/** What to do about a refusal. */
function Help({ answer, api, product, by }: { answer: TryAnswer; api: string; product?: string; by?: Method }): ReactNode {
  const code = problemCode(answer);
  const challenge = headerOf(answer, 'www-authenticate') ?? '';
  const scopes = /error="insufficient_scope".*scope="([^"]*)"/.exec(challenge)?.[1];
  if (scopes)
    return (
      <p className={css.help}>
        <span>
          The token lacks a scope. This operation needs <code>{scopes}</code>: get another token above.
        </span>
      </p>
    );
  if (code === 'unauthenticated' && by !== 'key')
    return (
      <p className={css.help}>
        {/error="invalid_token"/.test(challenge) ? 'The token is not taken: it has ended or was taken back, or its app’s client or subscription has ended. Get another one above.' : 'This API wants a token, and none came along. Get one above.'}
      </p>
    );
  if (code === 'unauthenticated' || code === 'subscription-required') {
    return (
      <p className={css.help}>
        {code === 'unauthenticated' ? 'This API wants a key, and none that it knows came along. ' : `The app of this ${by === 'key' ? 'key' : 'token'} has no active subscription with this API. `}
        {product ? (
          <Link to="/subscribe" search={{ api, product }} className={buttonClass('primary', 's')}>
            {by === 'key' ? 'Get a key' : 'Subscribe'}
          </Link>
        ) : (
          'Ask its provider for access.'
        )}
      </p>
    );
  }
  if (code === 'rate-limited') return <p className={css.help}>The limit is used up. Try again in {headerOf(answer, 'retry-after') ?? 'a few'} seconds.</p>;
  return null;
}
