// A stand-in for the admin side, for looking at the console without a gateway: `node e2e/mock/server.mjs [port]`. Resources can be
// changed and live in memory; traffic and calls are made up as time passes. Sign in with any token. With MOCK_API=http://… the API of a
// running Pailou answers instead, so that a fresh build of the pages can be looked at without building the binary. MOCK_EMPTY=1 has
// nothing to show, MOCK_FAIL=1 refuses everything but sessions.
import { existsSync, readFileSync } from 'node:fs';
import { createServer, request as forward } from 'node:http';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const port = Number(process.argv[2] ?? 9090);
const dist = fileURLToPath(new URL('../../dist/', import.meta.url));
const openapi = JSON.parse(readFileSync(new URL('../../../openapi/admin.json', import.meta.url), 'utf8'));
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.woff2': 'font/woff2' };
const CSP = "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";
const started = Date.now();
const ago = (ms) => new Date(Date.now() - ms).toISOString();
const many = Number(process.env.MOCK_MANY ?? 0);
const empty = process.env.MOCK_EMPTY === '1';

const limit = (n, per = 'consumer') => ({ 'rate-limit': { limit: n, window: '1m', per } });
const api = (name, version, title, more = {}) => ({ kind: 'api', name, version, title, contract: `sha256:${'ab'.repeat(32)}`, listen: { path: `/${name}/${version}`, strip_path: true }, visibility: 'public', upstream: { endpoints: ['http://127.0.0.1:9001'], balance: 'round-robin' }, policies: [{ 'key-auth': {} }, limit(100)], ...more });
const hash = (n) => `sha256:${String(n).repeat(64).slice(0, 64)}`;
const documents = {
  gateways: [{ kind: 'gateway', name: 'default', policies: [{ headers: { response: { set: { 'x-served-by': 'pailou' } } } }] }],
  certificates: empty ? [] : [{ kind: 'certificate', name: 'api', cert_file: '/etc/pailou/api.pem', key_file: '/etc/pailou/api.key' }],
  workspaces: [{ kind: 'workspace', name: 'acme', title: 'Acme Inc.', labels: { 'cost-center': '4711' }, limits: { apis: 20, requests_per_second: 500 } }, { kind: 'workspace', name: 'bolt' }],
  blocks: [],
  upstreams: [{ kind: 'upstream', name: 'warehouse', endpoints: [{ url: 'http://10.0.0.4:9001', weight: 3 }, 'http://10.0.0.5:9001'], balance: 'least-request', timeouts: { connect: '2s', read: '30s', total: '1m' }, preserve_host: false }],
  apis: empty ? [] : [api('orders', 'v1', 'Orders', { description: 'Place, read and cancel orders. The sample that comes with Pailou.', owner: 'sales', tags: ['shop', 'sample'], operations: { createOrder: { policies: [limit(10)] } } }), api('petstore', 'v3', 'Pet store', { upstream: 'warehouse', policies: [limit(20, 'ip')] }), api('billing', 'v2', 'Billing', { visibility: 'private' }), { kind: 'api', name: 'legacy', listen: { path: '/legacy', strip_path: true, hosts: ['old.example.com'] }, visibility: 'private', upstream: { endpoints: ['http://127.0.0.1:9002'] } }, ...Array.from({ length: many }, (_, n) => api(`service-${n}`, 'v1', `Service ${n}`))],
  routes: [{ kind: 'route', name: 'health', match: { path: '/health', methods: ['GET'] }, upstream: 'warehouse', strip_path: false }],
  consumers: [{ kind: 'consumer', name: 'ada', title: 'Ada Lovelace', groups: ['staff'], credentials: [{ key_hash: hash(1), hint: 'plk_7Gh2', created_at: ago(86_400_000 * 3) }, { key_hash: hash(2), hint: 'plk_x91Q', created_at: ago(86_400_000 * 90), expires_at: ago(86_400_000) }] }, { kind: 'consumer', name: 'warehouse-sync', policies: [limit(5000)], credentials: [] }],
  plans: [{ kind: 'plan', name: 'free', title: 'Free', approval: 'auto', policies: [limit(60)] }, { kind: 'plan', name: 'gold', title: 'Gold', approval: 'manual', description: 'For partners with a contract.', policies: [limit(6000)] }],
  products: [{ kind: 'product', name: 'shop', title: 'Shop', description: 'Everything a shop needs.', apis: ['orders', 'petstore@v3'], plans: ['free', 'gold'], visibility: 'public' }],
  apps: [{ kind: 'app', name: 'storefront', title: 'Storefront', owner: 'grace@example.com', credentials: [{ key_hash: hash(3), hint: 'plk_Qe3b', created_at: ago(7_200_000) }] }],
  subscriptions: [{ kind: 'subscription', name: 'storefront-shop', app: 'storefront', product: 'shop', plan: 'gold', state: 'pending', reason: 'We expect 3,000 calls a minute at peak.' }, { kind: 'subscription', name: 'storefront-free', app: 'storefront', product: 'shop', plan: 'free', state: 'active' }],
};
const idOf = (document) => (document.version ? `${document.name}@${document.version}` : document.name);
const store = new Map();
const revisions = new Map();
const audit = [];
let snapshot = 1;
function put(plural, document, actor = 'admin', action = 'create') {
  const key = `${plural}/${idOf(document)}`;
  const before = store.get(key);
  const revision = (revisions.get(key)?.length ?? 0) + 1;
  store.set(key, { document, revision, created_at: before?.created_at ?? ago(86_400_000), updated_at: ago(0), origin: 'console' });
  revisions.set(key, [...(revisions.get(key) ?? []), { revision, snapshot: ++snapshot, document, actor, origin: 'console', at: ago(0) }]);
  audit.unshift({ number: audit.length + 1, at: ago(0), actor, address: '127.0.0.1', action, kind: document.kind, id: idOf(document), revision, snapshot, before: before?.document ?? null, after: document, hash: hash(audit.length % 10).slice(7) });
}
for (const [plural, all] of Object.entries(documents)) for (const document of all) put(plural, document, 'quickstart', 'create');

const policies = [
  { name: 'cors', stage: 'edge', for_callers: false, title: 'CORS', description: 'Lets browsers call from other origins. Answers preflight requests itself.', example: '{ origins: ["https://shop.example.com"] }', schema: { type: 'object', properties: { origins: { type: 'array', items: { type: 'string' }, description: 'Origins that may call; `*` for all.' }, credentials: { type: 'boolean', default: false, description: 'Whether cookies may come along.' }, max_age: { type: 'string', default: '10m', description: 'How long browsers keep the answer.' } }, required: ['origins'], additionalProperties: false } },
  { name: 'key-auth', stage: 'authenticate', for_callers: false, title: 'API keys', description: 'Recognizes callers by an API key. The key is taken off before the request goes upstream.', example: '{}', schema: { type: 'object', properties: { headers: { type: 'array', items: { type: 'string' }, default: ['x-api-key', 'apikey'], description: 'Header fields that may carry the key.' }, query: { type: 'array', items: { type: 'string' }, default: [], description: 'Query parameters that may carry it.' } }, additionalProperties: false } },
  { name: 'rate-limit', stage: 'limit', for_callers: true, title: 'Rate limit', description: 'Limits how many calls a caller may make in a window of time. Says so in `RateLimit` and `Retry-After`.', example: '{ limit: 100, window: 1m }', schema: { type: 'object', properties: { limit: { type: 'integer', minimum: 1, description: 'Calls in a window.' }, window: { $ref: '#/$defs/Span', description: 'How long a window is.' }, per: { $ref: '#/$defs/Per', default: 'consumer', description: 'Whose calls are counted together.' }, windows: { type: 'array', items: { $ref: '#/$defs/Window' }, description: 'More windows that hold at the same time.' } }, additionalProperties: false, $defs: { Span: { type: 'string', pattern: '^[0-9]+ ?(ms|s|m|h|d)$' }, Per: { oneOf: [{ const: 'consumer', description: 'Each consumer or app.' }, { const: 'ip', description: 'Each network address.' }, { const: 'api', description: 'All callers together.' }] }, Window: { type: 'object', properties: { limit: { type: 'integer' }, window: { $ref: '#/$defs/Span' } }, required: ['limit', 'window'] } } } },
  { name: 'headers', stage: 'transform', for_callers: true, title: 'Headers', description: 'Sets, adds and removes header fields of requests and responses.', example: '{ response: { set: { x-served-by: pailou } } }', schema: { type: 'object', properties: { request: { $ref: '#/$defs/Edits' }, response: { $ref: '#/$defs/Edits' } }, $defs: { Edits: { type: 'object', properties: { set: { type: 'object', additionalProperties: { type: 'string' } }, remove: { type: 'array', items: { type: 'string' } } } } } } },
];
const operations = [
  ['listOrders', 'GET', '/orders', 'List orders'],
  ['createOrder', 'POST', '/orders', 'Place an order'],
  ['getOrder', 'GET', '/orders/{id}', 'Read an order'],
  ['replaceOrder', 'PUT', '/orders/{id}', 'Replace an order'],
  ['cancelOrder', 'DELETE', '/orders/{id}', 'Cancel an order'],
  ['listItems', 'GET', '/orders/{id}/items', 'List the items of an order'],
  ...Array.from({ length: many }, (_, n) => [`thing${n}`, 'GET', `/things/${n}`, `Thing ${n}`]),
];

const wave = (at) => Math.max(0, 14 + 9 * Math.sin(at / 90_000) + 5 * Math.sin(at / 17_000));
function totals(seconds, rate) {
  const requests = empty ? 0 : Math.round(seconds * rate);
  const [down, up] = [Math.round(requests * 0.04), Math.round(requests * 0.006)];
  const some = requests > 0;
  return { requests, errors: down + up, by_fault: { none: requests - down - up, downstream: down, upstream: up, gateway: 0 }, p50_ms: some ? 3.1 + rate / 20 : null, p95_ms: some ? 11 + rate / 4 : null, p99_ms: some ? 34 + rate : null, gateway_p50_ms: some ? 0.08 : null, gateway_p95_ms: some ? 0.21 : null, gateway_p99_ms: some ? 0.6 : null, bytes_in: requests * 210, bytes_out: requests * 1830 };
}
function traffic(query) {
  const to = Number(query.get('to')) || Date.now();
  const from = Number(query.get('from')) || to - 900_000;
  const step = [10_000, 60_000, 600_000, 3_600_000].find((one) => (to - from) / one <= 120) ?? 86_400_000;
  const points = [];
  for (let at = Math.floor(from / step) * step; at < to; at += step) points.push({ at, ...totals(Math.min(step, Date.now() - at) / 1000, wave(at)) });
  return { from: Math.floor(from / step) * step, to, step_ms: step, points, totals: totals((to - from) / 1000, 14) };
}
function call(n) {
  const [operation, method, path] = operations[n % 6];
  const status = n % 17 === 3 ? 429 : n % 23 === 5 ? 401 : n % 61 === 7 ? 502 : method === 'POST' ? 201 : 200;
  const refused = status === 429 || status === 401;
  const upstream = refused ? 0 : 2 + (n % 9) + (status === 502 ? 900 : 0);
  return { id: String(n), at: n * 700, request_id: `01JD${String(n).padStart(22, '0')}`.slice(0, 26), trace_id: n.toString(16).padStart(32, '4'), method, path: `/orders/v1${path.replace('{id}', String(1000 + (n % 40)))}`, host: 'localhost:8080', service: 'api/orders@v1', api: 'orders@v1', operation, caller: status === 401 ? null : n % 3 ? 'consumer/ada' : 'app/storefront', plan: n % 3 ? null : 'free', subscription: null, status, problem: status === 429 ? 'rate-limited' : status === 401 ? 'unauthenticated' : status === 502 ? 'upstream-unreachable' : null, fault: status >= 500 ? 'upstream' : status >= 400 ? 'downstream' : 'none', duration_ms: upstream + 0.18, upstream_ms: upstream, gateway_ms: 0.18, bytes_in: method === 'POST' ? 340 : 0, bytes_out: 1800, attempts: refused ? 0 : 1, endpoint: refused ? null : 'http://127.0.0.1:9001', client: '127.0.0.1', user_agent: 'curl/8.14.1', cause: status === 502 ? 'connect to 127.0.0.1:9001: connection refused' : null };
}

let signedIn = process.env.MOCK_SIGNED_IN === '1';
class Refusal extends Error {
  constructor(status, code, title, detail, findings = []) {
    super(detail);
    Object.assign(this, { status, code, title, findings });
  }
}
const page = (items, query) => {
  const q = (query.get('q') ?? '').toLowerCase();
  const found = items.filter((item) => !q || JSON.stringify(item).toLowerCase().includes(q));
  const start = Number(query.get('after') ?? 0);
  const size = Number(query.get('limit') ?? 100);
  return { items: found.slice(start, start + size), next: start + size < found.length ? String(start + size) : null, total: found.length };
};

const PERMISSIONS = ['apis', 'splits', 'routes', 'consumers', 'keys', 'products', 'apps', 'gateways', 'cache', 'blocks', 'secrets', 'configuration', 'analytics', 'calls', 'audit', 'people', 'tokens', 'workspaces', 'system'].flatMap((area) => [`${area}:read`, `${area}:write`]);
const ROLES = [
  { name: 'viewer', description: 'Sees what is configured and how traffic is.', built_in: true, permissions: PERMISSIONS.filter((word) => word.endsWith(':read')).slice(0, 8) },
  { name: 'api-owner', description: 'Makes APIs, and changes those whose `owner` they are.', built_in: true, permissions: ['apis:read', 'apis:write:own', 'splits:write:own'] },
  { name: 'admin', description: 'Everything, people included.', built_in: true, permissions: PERMISSIONS },
  { name: 'auditor', description: 'Reads who did what.', built_in: false, permissions: ['audit:read', 'calls:read'] },
];
const MEMBERS = [
  { email: 'ana@example.com', name: 'Ana Lima', roles: [{ workspace: '*', role: 'admin' }], state: 'active', second_factor: true, created_at: ago(86_400_000 * 30), last_sign_in_at: ago(3_600_000) },
  { email: 'bea@example.com', name: 'Bea Okafor', roles: [{ workspace: 'default', role: 'api-owner' }], state: 'invited', second_factor: false, created_at: ago(86_400_000) },
];
const TOKENS = [{ name: 'ci', hint: 'pls_8fQ2', workspace: 'default', roles: ['viewer'], permissions: ['routes:write'], created_by: 'ana@example.com', created_at: ago(86_400_000), expires_at: ago(-86_400_000 * 80), expired: false, last_used_at: ago(60_000) }];

function answer(method, path, query, body, headers) {
  if (path === '/sign-in') return { letters: true };
  if (path === '/openapi.json') return openapi;
  if (path === '/session') {
    if (method === 'POST') {
      if (body.link === 'used') throw new Refusal(401, 'unauthenticated', 'Authentication required', 'The link was used.');
      signedIn = true;
    }
    if (method === 'DELETE') signedIn = false;
    if (!signedIn) throw new Refusal(401, 'unauthenticated', 'Authentication required', 'Sign in first.');
    const workspaces = [{ name: 'acme', title: 'Acme Inc.' }, { name: 'bolt' }, { name: 'default' }];
    return { user: { name: 'admin', kind: 'admin' }, permissions: PERMISSIONS, workspaces, csrf: 'mock' };
  }
  if (!signedIn) throw new Refusal(401, 'unauthenticated', 'Authentication required', 'Sign in first.');
  if (process.env.MOCK_FAIL === '1') throw new Refusal(500, 'internal', 'Internal error', 'The database cannot be read.');
  if (path === '/members' && method === 'GET') return page(empty ? [] : MEMBERS, query);
  if (path.startsWith('/members/') && path.endsWith('/permissions')) return page(ROLES[1].permissions.map((word) => ({ permission: word.replace(':own', ''), workspace: 'default', own: word.endsWith(':own'), roles: ['api-owner'] })), query);
  if (path === '/roles') return page(ROLES, query);
  if (path === '/tokens' && method === 'GET') return page(empty ? [] : TOKENS, query);
  if (path === '/gateway/upstreams') return { items: empty ? [] : [{ upstream: 'upstream/warehouse', endpoints: [{ url: 'http://10.0.0.4:9001', weight: 3, found: false, takes_requests: true, in_flight: 2, checks: { well: true, against: 0, last_at: Date.now() - 1200 }, history: [] }, { url: 'http://10.0.0.5:9001', weight: 1, found: false, takes_requests: false, out: 'unhealthy', in_flight: 0, checks: { well: false, against: 0, last_at: Date.now() - 900, last_failure: 'the answer was 500' }, history: [{ at: Date.now() - 60_000, what: 'unhealthy: 3 checks in a row failed, the last because the answer was 500' }] }], pending: 0, retries: 4, over_budget: 0, hedges: 0, hedges_won: 0, overloaded: 0, broken: 0, history: [] }].filter((one) => !query.get('upstream') || one.upstream === query.get('upstream')) };
  if (path === '/splits') return { seconds: 300, items: empty ? [] : [{ kind: 'route', id: 'health', upstream: 'warehouse', split: { branches: [{ name: 'canary', upstream: 'warehouse-next', weight: 5 }] }, branches: [{ weight: 5, count: { branch: 'canary', requests: 210, errors: 1, p50_ms: 3, p99_ms: 20 }, error_percent: 0.5 }, { weight: 95, count: { branch: '(usual)', requests: 4012, errors: 9, p50_ms: 3, p99_ms: 22 }, error_percent: 0.2 }] }] };
  if (path === '/drift') return { items: empty ? [] : [{ api: 'orders@v1', contract: true, operations: 14, zombies: 2, unseen: 1, shadows: 3, since: started - 86_400_000 * 9 }, { api: 'petstore@v3', contract: true, operations: 19, zombies: 0, unseen: 4, shadows: 0, since: started - 3_600_000 }, { api: 'legacy', contract: false, operations: 0, zombies: 0, unseen: 0, shadows: 0, since: null }] };
  if (/^\/apis\/[^/]+\/drift$/.test(path)) {
    const calls = (count) => ({ count, first: Date.now() - 86_400_000 * 8, last: Date.now() - 60_000 });
    const operation = (id, state, more = {}) => ({ id, method: 'GET', path: `/${id}`, state, calls: calls(state === 'zombie' || state === 'unseen' ? 0 : 412), drifted: [], ...more });
    const found = (kind, place, message, status = null) => ({ kind, status, place, message, seen: calls(1204), schema: { type: 'string' } });
    return empty ? { since: null, zombie_after: '14d', operations: [], shadow: [], noise: { paths: 0, calls: 0 }, sampled: 0, full: false } : { since: started - 86_400_000 * 19, zombie_after: '14d', operations: [operation('listOrders', 'used'), operation('legacyReport', 'zombie'), operation('newReport', 'unseen'), operation('getOrder', 'drifted', { path: '/orders/{id}', drifted: [found('response-field', '/lines/*/discount', 'a field that the contract does not have', 200), found('query', 'expand', 'a parameter that the contract does not have'), found('status', '409', 'a status that the contract does not have', 409)] }), operation('oldExport', 'deprecated')], shadow: [{ method: 'DELETE', path: '/orders/{orderId}', calls: calls(318), statuses: [], operation: {} }, { method: 'GET', path: '/internal/debug/users/{userId}/a-path-that-is-rather-long/and-goes-on', calls: calls(41), statuses: [], operation: {} }], noise: { paths: 37, calls: 512 }, sampled: 4210, full: true };
  }
  if (/^\/apis\/[^/]+\/drift\/proposal$/.test(path)) return { contract: { openapi: '3.1.0' }, patch: { paths: { '/orders/{id}': { delete: { operationId: 'deleteOrdersByOrderId' } } } }, left_out: [] };
  if (path === '/secrets' && method === 'GET') return page(empty ? [] : [{ name: 'idp', version: 2, created_at: ago(86_400_000 * 9), updated_at: ago(7_200_000), used_by: ['api/orders@v1'] }], query);
  if (path === '/secret-references') return page(empty ? [] : [{ reference: 'secret://vault/kv/orders#key', place: 'vault', used_by: ['api/orders@v1'], in_force: true, trouble: 'the vault does not answer' }], query);
  if (path === '/policies') return { items: policies, next: null, total: policies.length };
  if (path === '/system') return { version: '0.1.0', role: 'all', started_at: new Date(started - 7_500_000).toISOString(), acme: [], gateway: { ready: true, snapshot, certificates: empty ? [] : [{ name: 'api', hosts: ['api.example.com'], subject: 'CN=api.example.com', issuer: 'CN=R13,O=Example', serial: '01', not_before: ago(86_400_000), not_after: ago(-86_400_000 * 20), chain: 2, stapled: false, is_default: true }], responses: { keys: 0, memory: 0, evicted: 0, disk_keys: 0, disk: 0, disk_evicted: 0, requests: {} }, listeners: [{ name: 'http', scheme: 'http', address: '127.0.0.1:8080', proxy_protocol: false, http3: false }, { name: 'https', scheme: 'https', address: '127.0.0.1:8443', proxy_protocol: false, http3: true }], connections: 12, accepted: 4021, shed: 0, workers: 2, draining: false }, analytics: { recorded: empty ? 0 : 48_210, dropped: 0, logged: 48_210, not_logged: 0, other: 0, unmetered: 0, lost: 0, lost_calls: 0, durable: true, error: null, flushed_at: Date.now() - 600, series: 64, calls_kept: 48_210 }, store: { snapshot, resources: Object.keys(documents).map((plural) => ({ kind: plural.slice(0, -1), count: [...store.keys()].filter((key) => key.startsWith(`${plural}/`)).length })), unresolved: [] }, gateway_url: 'http://127.0.0.1:8080' };
  if (path === '/analytics/traffic') return traffic(query);
  if (path === '/analytics/top') {
    const keys = { api: ['orders@v1', 'petstore@v3', 'route/health'], operation: operations.slice(0, 6).map((one) => one[0]), status: ['200', '201', '429', '401', '502'], caller: ['consumer/ada', 'app/storefront', ''], problem: ['', 'rate-limited', 'unauthenticated', 'upstream-unreachable'] }[query.get('by')] ?? [];
    return { items: empty ? [] : keys.map((key, at) => ({ key, api: null, ...totals(600 / (at + 1) ** 1.5, 14) })), next: null, total: keys.length };
  }
  if (path === '/calls') {
    const newest = Number(query.get('after') ?? Math.floor(Date.now() / 700));
    const items = [];
    let n = newest;
    for (; items.length < 50 && n > newest - 600; n--) {
      const one = call(n);
      const status = query.get('status');
      if (status && !(status.endsWith('xx') ? String(one.status)[0] === status[0] : String(one.status) === status)) continue;
      if (['method', 'operation', 'caller', 'fault', 'problem', 'api'].some((name) => query.get(name) && one[name] !== query.get(name))) continue;
      if (query.get('q') && !JSON.stringify(one).includes(query.get('q'))) continue;
      items.push(one);
    }
    return { items: empty ? [] : items, next: empty || items.length === 0 ? null : String(n) };
  }
  if (path.startsWith('/calls/')) return call(Number(path.slice(7)));
  if (path === '/audit') return page(audit.filter((one) => (!query.get('kind') || one.kind === query.get('kind')) && (!query.get('actor') || one.actor === query.get('actor'))), query);
  if (path === '/audit/verify') return { intact: true, records: audit.length, broken: null };
  if (path === '/plan') return { changes: [], findings: /limit: 0\b/.test(body.files[0].text) ? [{ severity: 'error', rule: 'invalid-policy', message: 'must be at least 1', resource: 'api/orders@v1', field: 'policies[1].rate-limit.limit', place: { file: body.files[0].path, line: 18, column: 7 } }] : [] };
  if (path === '/import/openapi') {
    if (!/openapi|swagger/.test(body.text)) throw new Refusal(422, 'invalid', 'Invalid content', 'The document is not an OpenAPI document.', [{ severity: 'error', rule: 'not-openapi', message: 'neither `openapi` nor `swagger` stands at the top', place: { file: 'openapi.yaml', line: 1, column: 1 } }]);
    const made = api(body.name || 'imported', body.version || 'v1', 'Imported', { policies: body.policies });
    if (!body.dry_run) put('apis', made);
    return { resource: made, revision: 0, operations: 6, findings: [{ severity: 'warning', rule: 'no-operation-id', message: '`GET /orders` has no operationId; its method and path name it', place: { file: 'openapi.yaml', line: 12, column: 5 } }] };
  }
  const [, plural, rawId, sub, hashId] = path.split('/');
  const id = rawId && decodeURIComponent(rawId);
  if (!(plural in documents)) throw new Refusal(404, 'not-found', 'Not found', 'No API answers at this host and path.');
  if (!id) {
    if (method === 'POST') {
      put(plural, body);
      return body;
    }
    return page([...store].filter(([key]) => key.startsWith(`${plural}/`)).map(([, value]) => value), query);
  }
  const found = store.get(`${plural}/${id}`);
  if (!found) throw new Refusal(404, 'not-found', 'Not found', `There is no ${plural.slice(0, -1)} ${id}.`);
  if (sub === 'revisions') return page([...revisions.get(`${plural}/${id}`)].reverse(), query);
  if (sub === 'operations') return { items: operations.map(([name, verb, route, summary], at) => ({ id: name, method: verb, path: route, summary, deprecated: at === 3, tags: ['orders'], policies: [{ policy: 'headers', config: {}, when: null, from: 'gateway' }, { policy: 'key-auth', config: {}, when: null, from: 'api' }, { policy: 'rate-limit', config: { limit: name === 'createOrder' ? 10 : 100, window: '1m' }, when: null, from: name === 'createOrder' ? 'operation' : 'api' }] })), next: null, total: operations.length };
  if (sub === 'contract') return 'openapi: 3.1.0\ninfo:\n  title: Orders\n  version: "1"\n';
  if (sub === 'keys' && method === 'POST') {
    const key = `plk_${'Zk3vQ9mB2tXw7LpR4nHs8YcJ5dFg6AeU'}0Pq1Rs`;
    put(plural, { ...found.document, credentials: [...(found.document.credentials ?? []), { key_hash: hash(9), hint: key.slice(0, 8), created_at: ago(0) }] }, 'admin', 'issue-key');
    return { key, hint: key.slice(0, 8), key_hash: hash(9) };
  }
  if (sub === 'keys' && method === 'GET') return { items: (found.document.credentials ?? []).map((one, at) => ({ scopes: [], ...one, last_used_at: at % 2 ? null : ago(120_000) })), next: null, total: (found.document.credentials ?? []).length };
  if (sub === 'keys') {
    put(plural, { ...found.document, credentials: found.document.credentials.filter((one) => one.key_hash !== decodeURIComponent(hashId)) }, 'admin', 'revoke-key');
    return undefined;
  }
  if (sub === 'decision') {
    const decided = { ...found.document, state: body.approve ? 'active' : 'rejected', reason: body.reason };
    put(plural, decided, 'admin', 'update');
    return decided;
  }
  if (method === 'DELETE') {
    store.delete(`${plural}/${id}`);
    return undefined;
  }
  if (method === 'PUT') {
    if (headers['if-match'] && headers['if-match'] !== `"${found.revision}"`) throw new Refusal(412, 'precondition-failed', 'Changed in the meantime', 'It is no longer what `If-Match` says.');
    put(plural, body, 'admin', 'update');
  }
  return found && store.get(`${plural}/${id}`).document;
}

createServer(async (request, response) => {
  const url = new URL(request.url, 'http://localhost');
  response.setHeader('content-security-policy', CSP);
  if (process.env.MOCK_API && /^\/(portal\/)?api\//.test(url.pathname)) {
    const { hostname, port: to } = new URL(process.env.MOCK_API);
    const passed = forward({ hostname, port: to, path: request.url, method: request.method, headers: request.headers }, (back) => {
      response.writeHead(back.statusCode, back.headers);
      back.pipe(response);
    });
    passed.on('error', () => response.writeHead(502).end());
    request.pipe(passed);
    return;
  }
  if (url.pathname.startsWith('/api/v1/')) {
    let text = '';
    for await (const chunk of request) text += chunk;
    const path = url.pathname.slice(7);
    try {
      const body = answer(request.method, path, url.searchParams, text ? JSON.parse(text) : undefined, request.headers);
      const [, plural, id, sub] = path.split('/');
      const found = !sub && id && store.get(`${plural}/${decodeURIComponent(id)}`);
      if (found) response.setHeader('etag', `"${found.revision}"`);
      if (body === undefined) response.writeHead(204).end();
      else if (typeof body === 'string') response.writeHead(200, { 'content-type': 'text/plain' }).end(body);
      else response.writeHead(request.method === 'POST' && !sub ? 201 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    } catch (error) {
      const { status = 500, code = 'internal', title = 'Internal error', findings = [] } = error;
      response.writeHead(status, { 'content-type': 'application/problem+json' }).end(JSON.stringify({ type: `urn:pailou:problem:${code}`, title, status, detail: error.message, instance: 'urn:pailou:request:01JDMOCK', ...(findings.length ? { findings } : {}) }));
    }
    return;
  }
  const file = join(dist, url.pathname);
  const ending = extname(url.pathname);
  const app = url.pathname.startsWith('/portal') ? 'portal' : 'console';
  const shown = TYPES[ending] && existsSync(file) ? file : join(dist, app, 'index.html');
  response.writeHead(200, { 'content-type': TYPES[extname(shown)] }).end(readFileSync(shown));
}).listen(port, '127.0.0.1', () => console.log(`http://127.0.0.1:${port}/console/`));
