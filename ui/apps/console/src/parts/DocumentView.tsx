import * as admin from '@pailou/api/admin';
import { CodeBlock, Stack } from '@pailou/kit';
import { toYaml } from '@pailou/kit/schema-form';

/** A resource as a document, and the calls that read and write it. */
export function DocumentView({ kind, id, document }: { kind: admin.Kind; id: string; document: Record<string, unknown> }) {
  const url = `${window.location.origin}/api/v1/${admin.PLURALS[kind]}/${encodeURIComponent(id).replaceAll('%40', '@')}`;
  const yaml = toYaml({ kind, ...document });
  return (
    <Stack>
      <p className="muted">
        The same document is what the API takes, what <code>pailou export</code> writes and what <code>pailou apply -f</code> reads.
      </p>
      <CodeBlock code={yaml} label={`${id}.yaml`} caption lineNumbers maxHeight="36rem" />
      <CodeBlock caption wrap label="Read it" code={`curl -H "Authorization: Bearer $PAILOU_TOKEN" '${url}'`} />
      <CodeBlock
        caption
        wrap
        label="Change it"
        code={`curl -X PUT -H "Authorization: Bearer $PAILOU_TOKEN" -H 'Content-Type: application/json' \\\n  -H 'If-Match: <ETag of the answer above>' --data @${id}.json '${url}'`}
      />
      <CodeBlock caption wrap label="As code" code={`pailou plan -f ${id}.yaml\npailou apply -f ${id}.yaml`} />
    </Stack>
  );
}
