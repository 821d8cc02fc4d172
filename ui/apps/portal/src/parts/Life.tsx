// Where an API is in its life: a banner on its pages, a word on its card.
import { Badge, Callout } from '@pailou/kit';
import type { ApiSummary } from '@pailou/api/portal';

/** The day of a time such as `2026-12-31T00:00:00Z`, in the reader's words; the text itself where it is none. */
export function day(text: string): string {
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? text : at.toLocaleDateString(undefined, { year: 'numeric', month: 'long', day: 'numeric', timeZone: 'UTC' });
}

/** A time in the reader's words and zone. */
function moment(text: string): string {
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? text : at.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}

/** An address that a reader may be led to. */
export function address(text: string | null | undefined): string | undefined {
  return text && /^(https?:\/\/|\/(?!\/))/.test(text) ? text : undefined;
}

export function LifeBadge({ api }: { api: ApiSummary }) {
  const state = api.lifecycle?.state;
  if (state === 'prerelease') return <Badge tone="calm">prerelease</Badge>;
  return state === 'deprecated' || state === 'retired' ? <Badge tone={state === 'retired' ? 'bad' : 'warn'}>{state}</Badge> : null;
}

export function LifeBanner({ api }: { api: ApiSummary }) {
  const life = api.lifecycle;
  if (!life) return null;
  if (life.state === 'prerelease') {
    return (
      <Callout>
        <strong>This API is a prerelease: it may still change.</strong>
      </Callout>
    );
  }
  const isRetired = life.state === 'retired';
  const isEnding = isRetired || life.state === 'deprecated';
  if (!isEnding && !life.sunset_at) return null;
  const said = isRetired
    ? `This API is retired: every call is answered with 410${life.sunset_at ? `, since ${day(life.sunset_at)}` : ''}.`
    : life.state === 'deprecated'
      ? `This API is deprecated${life.deprecated_at ? ` since ${day(life.deprecated_at)}` : ''}${life.sunset_at ? `, and will stop answering on ${day(life.sunset_at)}` : ''}.`
      : `This API will stop answering on ${day(life.sunset_at ?? '')}.`;
  const links = [
    address(life.successor) && (
      <a key="successor" href={address(life.successor)}>
        What comes after it
      </a>
    ),
    address(life.docs) && (
      <a key="docs" href={address(life.docs)}>
        How to move
      </a>
    ),
  ].filter(Boolean);
  const refused = isRetired ? [] : (life.brownouts ?? []).filter((one) => new Date(one.until).getTime() > Date.now());
  return (
    <Callout tone={isRetired ? 'bad' : 'warn'} icon="warning">
      <strong>{said}</strong>
      {links.map((link, at) => (
        <span key={at}> {link}</span>
      ))}
      {refused.length > 0 && (
        <div>
          Before that, calls are refused for short times:{' '}
          {refused.map((one) => `${moment(one.from)} to ${moment(one.until)}`).join('; ')}.
        </div>
      )}
    </Callout>
  );
}
