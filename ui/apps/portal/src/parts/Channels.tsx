// Where messages go, for contracts in AsyncAPI: those a gateway has routes for and those it has not.
import { Badge, CodeBlock, format, Panel, Stack } from '@pailou/kit';
import { type ContractOutline, Markdown, type OutlineChannel } from '@pailou/reference';
import { Link } from '@tanstack/react-router';
import css from './Channels.module.css';

const ACTIONS = { send: 'You send', receive: 'You receive' } as const;

export function Channels({ api, outline }: { api: string; outline: ContractOutline }) {
  const channels = outline.channels ?? [];
  if (!channels.length) return null;
  return (
    <Panel title="Channels">
      <Stack gap={3}>
        {channels.map((channel) => (
          <details key={channel.name} className={css.channel} open={channels.length === 1}>
            <summary>
              <code>{channel.address}</code> {channel.title && <span>{channel.title}</span>}
              {channel.protocols.map((protocol) => (
                <Badge key={protocol} tone="calm">
                  {protocol}
                </Badge>
              ))}
            </summary>
            <Body api={api} channel={channel} operation={outline.operations.find((operation) => operation.id === channel.name)?.id} />
          </details>
        ))}
      </Stack>
    </Panel>
  );
}

function Body({ api, channel, operation }: { api: string; channel: OutlineChannel; operation?: string }) {
  return (
    <Stack gap={3}>
      {channel.description && <Markdown text={channel.description} />}
      {operation !== undefined ? (
        <p>
          <Link to="/apis/$api/reference/$operation" params={{ api, operation }}>
            How to connect
          </Link>
        </p>
      ) : (
        !channel.routed && <p className="muted">It is not reached through this gateway: ask the provider where {channel.protocols.join(', ') || 'its server'} is.</p>
      )}
      {channel.operations.map((one) => (
        <section key={one.id} aria-label={`${ACTIONS[one.action]} ${one.id}`}>
          <h3 className={css.action}>
            {ACTIONS[one.action]} <span className="muted">{format.plural(one.messages.length, 'kind of message', 'kinds of messages')}</span>
          </h3>
          {(one.summary || one.description) && <Markdown text={one.description || one.summary || ''} />}
          {one.messages.map((message) => (
            <div key={message.name}>
              <p>
                <strong>{message.title || message.name}</strong> <code>{message.content_type}</code>
              </p>
              {message.summary && <p>{message.summary}</p>}
              {message.schema !== undefined && message.schema !== null && <CodeBlock label={`Schema of ${message.name}`} maxHeight="14rem" code={JSON.stringify(message.schema, null, 2)} />}
            </div>
          ))}
        </section>
      ))}
    </Stack>
  );
}
