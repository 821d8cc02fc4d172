// The end of "Get access": the key, a call that works, and its answer.
import { buttonClass, Button, Callout, CodeBlock, CopyButton, EmptyState, ErrorState, PageHeader, Panel, Skeleton, Stack, useTask } from '@pailou/kit';
import { Answer, curl, problemCode, type TryAnswer } from '@pailou/reference';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { tryCall } from '../api/account.ts';
import { api as apiQuery } from '../api/client.ts';
import type { Product } from '@pailou/api/portal';
import { useKey } from '../keys.tsx';
import type { Outcome } from '../pages/SubscribePage.tsx';
import { firstCall } from './firstCall.ts';
import { keyHeader } from './keyHeader.ts';
import css from './Welcome.module.css';
import { basepath } from '../workspace.ts';

export function Welcome({ outcome, product, api }: { outcome: Outcome; product: Product; api?: string }) {
  const keys = useKey();
  const refused = outcome.subscription.state === 'rejected';
  const pending = outcome.subscription.state === 'pending' || refused;
  const target = api ?? product.apis[0]?.id;
  const { key } = outcome;
  useEffect(() => {
    // The try-it consoles of this visit use it from now on; it stays in memory.
    if (key) keys.set(key);
    // Only when the key comes: what the visitor types later is theirs.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [key]);
  return (
    <div className={css.page}>
      <Stack gap={5}>
        <PageHeader
          title={refused ? 'Your request was refused' : pending ? 'You have asked for access' : 'You have access'}
          lead={refused ? (outcome.subscription.reason ?? 'The rules of this plan do not allow it.') : pending ? `${outcome.appTitle} may call ${product.title || product.name} as soon as a person approves it. The app's page shows when.` : `${outcome.appTitle} is subscribed to ${product.title || product.name}.`}
        />
        {key ? (
          <Panel title="Your key">
            <Stack gap={3}>
              <Callout tone="warn">
                Copy it now: only its hash is kept, so it <strong>cannot be shown again</strong>.{pending && (refused ? ' It works once the app has a subscription.' : ' It works once the request is approved.')}
              </Callout>
              <p className={css.key}>
                <code data-testid="secret">{key}</code>
                <CopyButton text={key} label="Copy key" />
              </p>
            </Stack>
          </Panel>
        ) : (
          <Callout>
            {outcome.appTitle} goes on with the keys it has. A new one can be made on <Link to="/apps/$app" params={{ app: outcome.app }} search={{ tab: 'keys' }}>its page</Link>.
          </Callout>
        )}
        {target && !pending && <Call api={target} apiKey={key ?? keys.value} />}
        <p className={css.next}>
          <Link to="/apps/$app" params={{ app: outcome.app }} className={buttonClass(pending ? 'primary' : 'plain')}>
            {outcome.appTitle}: usage and keys
          </Link>
          {target && (
            <Link to="/apis/$api" params={{ api: target }} className={buttonClass()}>
              Back to the API
            </Link>
          )}
        </p>
      </Stack>
    </div>
  );
}

const NOT_YET: ReadonlySet<string> = new Set(['unauthenticated', 'subscription-required']);

function Call({ api, apiKey }: { api: string; apiKey: string }) {
  const detail = useQuery(apiQuery(api));
  const call = useQuery({ ...firstCall(api, detail.data?.contract ?? true), enabled: detail.data !== undefined });
  const { busy, error, run } = useTask();
  const [answer, setAnswer] = useState<TryAnswer>();
  if (detail.error || call.error) return <ErrorState error={detail.error ?? call.error} retry={() => void (detail.error ? detail.refetch() : call.refetch())} compact />;
  if (!detail.data || !call.data) return <Skeleton lines={3} />;
  const header = keyHeader(detail.data);
  const { request } = call.data;
  const send = async () => {
    await run(async () => {
      const sent = header && apiKey ? { ...request, headers: { ...request.headers, [header]: apiKey } } : request;
      let answer = await tryCall(api, sent);
      // Every gateway knows a new key within a second; whoever is faster than that should not be told that it is wrong.
      for (let tries = 0; tries < 3 && NOT_YET.has(problemCode(answer) ?? ''); tries += 1) {
        await new Promise((resolve) => setTimeout(resolve, 400));
        answer = await tryCall(api, sent);
      }
      setAnswer(answer);
    });
  };
  return (
    <Panel title="Your first call">
      <Stack gap={3}>
        <CodeBlock code={curl(detail.data.base_url, request, header ? { header, value: apiKey || 'YOUR_API_KEY' } : undefined)} label="curl command" wrap />
        <div>
          <Button variant="primary" icon="play" busy={busy} onClick={() => void send()}>
            Send it from here
          </Button>
        </div>
        {error !== undefined && <ErrorState error={error} compact />}
        {answer && <Answer answer={answer} problemHref={(code) => `${basepath}/problems/${code}`} />}
        {!call.data.page && !detail.data.contract && <EmptyState compact title="No contract">This API passes every path on; its provider says which there are.</EmptyState>}
      </Stack>
    </Panel>
  );
}
