// The admin API, one function per endpoint.
import { type Answer, createClient, type Query } from './call.ts';
import type { components } from './generated/admin.ts';
import { type Documents, type Inputs, type Kind, PLURALS, type PolicyUse } from './resources.ts';

export * from './resources.ts';

export const client = createClient('/api/v1');

type Schemas = components['schemas'];

export interface Page<T> {
  items: T[];
  next?: string | null;
  /** Where it is known. */
  total?: number;
}

export interface Stored<T> {
  document: T;
  revision: number;
  created_at: string;
  updated_at: string;
  origin: string;
}

export type Session = Schemas['Session'];
export type PasskeyRequest = Schemas['RequestOptions'];
export type Passkey = Schemas['PasskeyView'];
export type Confirmation = Partial<Schemas['Confirmation']>;
export type Operation = Schemas['ApiOperation'];
export type Policy = Omit<Schemas['Policy'], 'schema'> & { schema: Record<string, unknown> };
export type Revision = Schemas['RevisionView'];
export type AuditRecord = Schemas['AuditView'];
export type AuditVerdict = Schemas['AuditVerdict'];
export type FieldChange = Schemas['FieldChange'];
export type ChangePlan = Schemas['ChangePlan'];
export type Bundle = Schemas['Bundle'];
export type IssuedKey = Schemas['IssuedKey'];
export type KeyView = Schemas['KeyView'];
export type PasswordView = Schemas['PasswordView'];
/** What an import takes; what has a default may be left out. */
export type ImportRequest = Pick<Schemas['ImportRequest'], 'text'> & Partial<Omit<Schemas['ImportRequest'], 'policies'>> & { policies?: PolicyUse[] };
export type Merged = Schemas['Merged'];
export type MergeConflict = Schemas['MergeConflict'];
export type ConflictChoice = Schemas['ConflictChoice'];
export type Imported = Omit<Schemas['Imported'], 'resource'> & { resource: Documents['api'] };
export type Fault = Schemas['Fault'];
export type Totals = Schemas['Totals'];
export type Traffic = Schemas['Traffic'];
export type TopRow = Schemas['TopRow'];
export type Call = Schemas['Call'];
export type CallPage = Schemas['CallList'];
export type System = Schemas['System'];
export type UpstreamStanding = Schemas['UpstreamStanding'];
export type EndpointStanding = Schemas['EndpointStanding'];
export type StandingChange = Schemas['StandingChange'];
export type Split = Schemas['SplitView'];
export type DriftSummary = Schemas['DriftSummary'];
export type Drift = Schemas['Drift'];
export type DesignCheck = Schemas['CheckDone'];
export type DesignFinding = Schemas['DesignFinding'];
export type ContractView = Schemas['ContractView'];
export type ContractChange = Schemas['ContractChange'];
export type PublishedDesign = Schemas['PublishedDesign'];
export type ContractTemplate = Schemas['ContractTemplate'];
export type DriftProposal = Schemas['Proposal'];
export type Standing = Schemas['StandardStanding'];
export type ContractChanges = Schemas['ContractChanges'];
export type Life = Schemas['LifeView'];
export type Lifecycle = Partial<Schemas['Lifecycle']>;
export type Brownout = Schemas['Brownout'];
export type LifeStep = Pick<Schemas['LifeStep'], 'to'> & Partial<Schemas['LifeStep']>;
export type ReviewLine = Schemas['ReviewLine'];
export type Review = Schemas['ReviewView'];
export type CatalogueRow = Schemas['CatalogueRow'];
export type Environment = Schemas['EnvironmentView'];
export type PromotionAsked = Schemas['PromotionAsked'];
export type Emergency = Schemas['EmergencyView'];
export type BranchConduct = Schemas['BranchConduct'];
export type SplitAction = { action: 'promote' | 'abort' } | { action: 'weight'; weight: number };
export type CertificateStatus = Schemas['CertificateStatus'];
export type ObtainedStatus = Schemas['ObtainedStatus'];
export type ListenerStatus = Schemas['ListenerStatus'];
export type Secret = Schemas['SecretView'];
export type SecretReference = Schemas['ReferenceView'];
export type Member = Schemas['MemberView'];
export type Membership = Schemas['Membership'];
export type Invitation = Schemas['Invitation'];
export type EffectivePermission = Schemas['EffectivePermission'];
export type Role = Schemas['RoleView'];
export type Token = Schemas['TokenView'];
export type IssuedToken = Schemas['IssuedToken'];
export type TokenForm = Pick<Schemas['TokenForm'], 'name'> & Partial<Schemas['TokenForm']>;
/** What proves who signs in. */
export type ShownPasskey = Omit<Schemas['PasskeyShown'], 'user_handle'> & { user_handle?: string };
export type Proof = { token: string } | { link: string } | { passkey: ShownPasskey } | { email: string; password: string; code?: string; passkey?: ShownPasskey };
export type Seed = Schemas['Seed'];
export type SecondFactor = Schemas['SecondFactorView'];
export type SignInHelp = Schemas['SignInHelp'];
export type Identity = Schemas['IdentityView'];
export type ProviderCheck = Schemas['ProviderCheck'];

export interface TrafficQuery extends Query {
  /** Milliseconds since 1970. */
  from?: number;
  to?: number;
  /** A duration such as `10s`. */
  step?: string;
  api?: string;
  operation?: string;
  caller?: string;
  plan?: string;
  status?: string;
  fault?: string;
  problem?: string;
}

export interface ListQuery extends Query {
  limit?: number;
  after?: string;
  q?: string;
}

const at = (kind: Kind, id: string) => `/${PLURALS[kind]}/${encodeURIComponent(id)}`;
const body = async <T>(answer: Promise<Answer<T>>): Promise<T> => (await answer).body;

// Sessions
export const readSession = (signal?: AbortSignal) => client.get<Session>('/session', undefined, signal);
export const signIn = (proof: Proof) => body(client.call<Session>('POST', '/session', { body: proof, headers: { 'pailou-workspace': 'default' } }));
/** Where the browser signs out at the provider, too, where it came by one. */
export const signOut = () => body(client.call<{ location?: string | null }>('DELETE', '/session'));

export const setPassword = (link: string, password: string) => body(client.call<{ email: string }>('POST', '/password', { body: { link, password } }));
export const changeOwnPassword = (current: string, password: string) => body(client.call<Session>('PUT', '/session/password', { body: { current, password } }));

export const signInHelp = (signal?: AbortSignal) => client.get<SignInHelp>('/sign-in', undefined, signal);
export const beginSso = async (provider: string, next?: string, again = false) => (await body(client.call<{ location: string }>('POST', `/sso/${encodeURIComponent(provider)}`, { body: { next, again }, headers: { 'pailou-workspace': 'default' } }))).location;
/** The providers that one's account is connected with. */
export const identities = {
  ways: () => signInHelp(),
  list: () => client.get<Page<Identity>>('/session/identities'),
  connect: async (provider: string) => (await body(client.call<{ location: string }>('POST', `/session/identities/${encodeURIComponent(provider)}`, { body: {} }))).location,
  disconnect: (provider: string) => client.call<void>('DELETE', `/session/identities/${encodeURIComponent(provider)}`),
};
export const checkProvider = (name: string) => body(client.call<ProviderCheck>('POST', `/identity-providers/${encodeURIComponent(name)}/check`));
export const forgotPassword = (email: string) => client.call<void>('POST', '/password/forgotten', { body: { email } });
/** By which a browser signs in with a passkey. */
export const passkeyChallenge = () => body(client.call<PasskeyRequest>('POST', '/passkey-challenge', { headers: { 'pailou-workspace': 'default' } }));
/** Showing that it is still who is signed in. */
export const confirmation = {
  ways: () => client.get<Schemas['ConfirmationWays']>('/session/confirmation'),
  confirm: (form: Confirmation) => client.call<void>('POST', '/session/confirmation', { body: form }),
};
/** The second factor of who is signed in. */
export const secondFactor = {
  passkeys: {
    options: () => body(client.call<Schemas['CreationOptions']>('POST', '/session/passkeys/options')),
    add: (form: Schemas['PasskeyMade']) => body(client.call<Schemas['PasskeyAdded']>('POST', '/session/passkeys', { body: form })),
    rename: (id: string, name: string) => client.call<unknown>('PUT', `/session/passkeys/${encodeURIComponent(id)}`, { body: { name } }),
    remove: (id: string) => client.call<void>('DELETE', `/session/passkeys/${encodeURIComponent(id)}`),
  },
  renewCodes: () => body(client.call<{ recovery_codes: string[] }>('POST', '/session/recovery-codes')),
  read: () => client.get<SecondFactor>('/session/second-factor'),
  draw: () => body(client.call<Seed>('POST', '/session/second-factor/seed')),
  turnOn: (form: { password: string; secret: string; code: string }) => body(client.call<{ recovery_codes: string[] }>('PUT', '/session/second-factor', { body: form })),
  turnOff: (form: { password: string; code: string }) => client.call<void>('POST', '/session/second-factor/off', { body: form }),
};

// People
const ofMember = (email: string) => `/members/${encodeURIComponent(email)}`;
export const members = (signal?: AbortSignal) => client.get<Page<Member>>('/members', undefined, signal);
export const memberPermissions = (email: string, signal?: AbortSignal) => client.get<Page<EffectivePermission>>(`${ofMember(email)}/permissions`, undefined, signal);
export const invite = (form: { email: string; name: string; roles: Membership[] }) => body(client.call<Invitation>('POST', '/members', { body: form }));
export const memberLink = (email: string) => body(client.call<Invitation>('POST', `${ofMember(email)}/link`));
export const setMemberRoles = (email: string, roles: Membership[]) => client.call<Member>('PUT', `${ofMember(email)}/roles`, { body: { roles } });
export type Developer = Schemas['DeveloperView'];
export const developers = (query: ListQuery, signal?: AbortSignal) => client.get<Page<Developer>>('/developers', query, signal);
export const resetDeveloperFactor = (email: string) => client.call<void>('DELETE', `/developers/${encodeURIComponent(email)}/second-factor`);
export const removeMemberPasskey = (email: string, id: string) => client.call<void>('DELETE', `${ofMember(email)}/passkeys/${encodeURIComponent(id)}`);
export const removeMember = (email: string) => client.call<void>('DELETE', ofMember(email));
export const resetSecondFactor = (email: string) => client.call<void>('DELETE', `${ofMember(email)}/second-factor`);
export const roles = (signal?: AbortSignal) => client.get<Page<Role>>('/roles', undefined, signal);
export const putRole = (name: string, form: { description: string; permissions: string[] }) => client.call<Role>('PUT', `/roles/${encodeURIComponent(name)}`, { body: form });
export const deleteRole = (name: string) => client.call<void>('DELETE', `/roles/${encodeURIComponent(name)}`);
export const tokens = (signal?: AbortSignal) => client.get<Page<Token>>('/tokens', undefined, signal);
export const createToken = (form: TokenForm) => body(client.call<IssuedToken>('POST', '/tokens', { body: form }));
export const revokeToken = (name: string) => client.call<void>('DELETE', `/tokens/${encodeURIComponent(name)}`);

// Resources
export const list = <K extends Kind>(kind: K, query?: ListQuery, signal?: AbortSignal) => client.get<Page<Stored<Documents[K]>>>(`/${PLURALS[kind]}`, query, signal);
export const read = <K extends Kind>(kind: K, id: string, signal?: AbortSignal) => client.call<Documents[K]>('GET', at(kind, id), { signal });
export const create = <K extends Kind>(kind: K, document: Inputs[K]) => client.call<Documents[K]>('POST', `/${PLURALS[kind]}`, { body: document });
/** Replaces a resource, if it is still what the etag says. */
export const replace = <K extends Kind>(kind: K, id: string, document: Inputs[K], etag?: string) => client.call<Documents[K]>('PUT', at(kind, id), { body: document, headers: etag ? { 'if-match': etag } : {} });
export const remove = (kind: Kind, id: string, etag?: string) => client.call<void>('DELETE', at(kind, id), { headers: etag ? { 'if-match': etag } : {} });
export const revisions = (kind: Kind, id: string, signal?: AbortSignal) => client.get<Page<Revision>>(`${at(kind, id)}/revisions`, undefined, signal);

// APIs
export const operations = (id: string, signal?: AbortSignal) => client.get<Page<Operation>>(`${at('api', id)}/operations`, undefined, signal);
export const contractText = (id: string, signal?: AbortSignal) => body(client.call<string>('GET', `${at('api', id)}/contract`, { as: 'text', signal, headers: { accept: '*/*' } }));
export const importContract = (request: ImportRequest) => body(client.call<Imported>('POST', '/import', { body: request }));
export const policies = (signal?: AbortSignal) => client.get<Page<Policy>>('/policies', undefined, signal);

// The lives of APIs, and reviews
export const life = (id: string, signal?: AbortSignal) => client.get<Life>(`${at('api', id)}/life`, undefined, signal);
export const moveApi = (id: string, step: LifeStep) => client.call<unknown>('POST', `${at('api', id)}/life`, { body: step });
/** Does what standards do not let pass, in an emergency. */
export const passBy = (id: string, what: { to: Life['state']; reason: string }) => client.call<unknown>('POST', `${at('api', id)}/emergency`, { body: what });
export const rollBack = (id: string, revision: number) => client.call<unknown>('POST', `${at('api', id)}/rollback`, { body: { revision } });
export const reviews = (query: { state?: string; api?: string }, signal?: AbortSignal) => client.get<Page<ReviewLine>>('/reviews', query, signal);
export const review = (number: string, signal?: AbortSignal) => client.get<Review>(`/reviews/${number}`, undefined, signal);
export const reviewContract = (number: number, signal?: AbortSignal) => body(client.call<string>('GET', `/reviews/${number}/contract`, { as: 'text', signal, headers: { accept: '*/*' } }));
export const remark = (number: number, said: { text: string; verdict?: 'approve' | 'request-changes'; digest: string; line?: number }) => body(client.call<Review>('POST', `/reviews/${number}/remarks`, { body: said }));
export const applyReview = (number: string) => client.call<unknown>('POST', `/reviews/${number}/apply`);
export const closeReview = (number: string) => client.call<unknown>('POST', `/reviews/${number}/close`, { body: {} });
export const emergencies = (signal?: AbortSignal) => client.get<Page<Emergency>>('/emergencies', undefined, signal);

export const scorecards = (signal?: AbortSignal) => client.get<Page<Standing>>('/scorecards', undefined, signal);
// Contracts in the making
/** A text: whole, or what changed in one that the server knows by this name. */
export type Written = { text: string } | { base: string; edits: { from: number; to: number; insert: string }[] };
/** What to compare. */
export type ContractSide = { source: Written } | { api: string } | { design: string; revision?: number };
export const designText = (id: string, revision?: number, signal?: AbortSignal) => client.call<string>('GET', `${at('design', id)}/contract`, { as: 'text', query: { revision }, signal, headers: { accept: '*/*' } });
export const publishDesign = (id: string, etag: string | undefined, dry_run: boolean) => body(client.call<PublishedDesign>('POST', `${at('design', id)}/publish`, { query: { dry_run }, headers: etag ? { 'if-match': etag } : {} }));
/** Checks a text; one that is `writing` by what is known of it from the check before. */
export const checkContract = (source: Written, api: string | undefined, writing?: { id?: string; known?: number }, signal?: AbortSignal) => body(client.call<DesignCheck>('POST', '/contracts/check', { body: { source, api, writing }, signal }));
export const viewContract = (source: Written, part: { operation?: string; schema?: string }, signal?: AbortSignal) => body(client.call<ContractView>('POST', '/contracts/view', { body: { source, ...part }, signal }));
export const tryContract = <T>(source: Written, call: { method: string; path: string; headers: Record<string, string>; body?: string }) => body(client.call<T>('POST', '/contracts/try', { body: { source, ...call } }));
export const compareContracts = (old: ContractSide, now: ContractSide, signal?: AbortSignal) => body(client.call<ContractChanges>('POST', '/contracts/compare', { body: { old, new: now }, signal }));
export const contractTemplates = (signal?: AbortSignal) => client.get<Page<ContractTemplate>>('/contract-templates', undefined, signal);
/** A contract made of what was seen of an API or a route. */
export const draftOf = (kind: 'api' | 'route', id: string) => client.get<unknown>(`${at(kind, id)}/draft`);

export const catalogue = (signal?: AbortSignal) => client.get<Page<CatalogueRow>>('/catalogue', undefined, signal);
export const catalogueFile = (format: 'csv' | 'ndjson') => body(client.call<string>('GET', `/catalogue/export?format=${format}`, { as: 'text', headers: { accept: '*/*' } }));
export const environments = (id: string, signal?: AbortSignal) => client.get<Page<Environment>>(`${at('api', id)}/environments`, undefined, signal);
export const promote = (id: string, asked: PromotionAsked) => client.call<unknown>('POST', `${at('api', id)}/promotion`, { body: asked });

// Keys and subscriptions
/** The keys of a consumer or app, with their last uses. */
export const keysOf = (kind: 'consumer' | 'app', id: string, signal?: AbortSignal) => client.get<{ items: KeyView[] }>(`${at(kind, id)}/keys`, undefined, signal);
export const passwordsOf = (kind: 'consumer' | 'app', id: string, signal?: AbortSignal) => client.get<{ items: PasswordView[] }>(`${at(kind, id)}/passwords`, undefined, signal);
export const issueKey = (kind: 'consumer' | 'app', id: string, expires_at?: string) => body(client.call<IssuedKey>('POST', `${at(kind, id)}/keys`, { body: expires_at ? { expires_at } : {} }));
export const revokeKey = (kind: 'consumer' | 'app', id: string, hash: string) => client.call<void>('DELETE', `${at(kind, id)}/keys/${encodeURIComponent(hash)}`);
/** What a block is about: one of these. */
export type Blocked = { consumer: string } | { app: string } | { api: string } | { address: string } | { key_hash: string } | { route: string };
export const block = (blocked: Blocked, more: { for?: string; reason?: string }) => body(client.call<Schemas['BlockAnswer']>('POST', '/blocks', { body: { ...blocked, ...more } }));
export const unblock = (blocked: Blocked) => body(client.call<Schemas['UnblockAnswer']>('POST', '/unblock', { body: blocked }));
/** Whom a bundle is about: one of these. */
export type Gathered = { consumer: string } | { app: string } | { address: string } | { key_hash: string };
/** All that is known of a caller, as lines of JSON. */
export const gather = (about: Gathered, days: number) => body(client.call<Blob>('POST', '/forensics', { body: { ...about, days }, as: 'blob', headers: { accept: '*/*' } }));
export type Waiting = Schemas['WaitingView'];
export type DecisionOutcome = Schemas['DecisionOutcome'];
export type Delivery = Schemas['DeliveryView'];
export type Registration = Schemas['RegistrationView'];
/** What waits for a decision, what waits for too long first. */
export const decisions = (signal?: AbortSignal) => client.get<Page<Waiting>>('/decisions', undefined, signal);
export const decideAll = (asked: Schemas['DecisionsAsked']) => body(client.call<Page<DecisionOutcome>>('POST', '/decisions', { body: asked }));
export const deliveries = (hook: string, signal?: AbortSignal) => client.get<Page<Delivery>>(`${at('webhook', hook)}/deliveries`, undefined, signal);
/** Clients that were registered with an authorization server, and those that are to be deleted there. */
export const retryRegistration = (server: string, number: number) => body(client.call<Schemas['RetryOutcome']>('POST', `${at('authorization-server', server)}/registrations/${number}/retry`));
export const registrations = (server: string, signal?: AbortSignal) => client.get<Page<Registration>>(`${at('authorization-server', server)}/registrations`, undefined, signal);
export const decide = (id: string, approve: boolean, reason: string, expires_at?: string) => client.call<unknown>('POST', `${at('subscription', id)}/decision`, { body: { approve, ...(reason ? { reason } : {}), ...(expires_at ? { expires_at } : {}) } });

// How traffic goes
/** How upstreams stand at the gateway of the process: one by its key, or all. */
export const standings = (upstream?: string, signal?: AbortSignal) => client.get<{ items: UpstreamStanding[] }>('/gateway/upstreams', { upstream }, signal);
/** Every split, with what its branches did in the last seconds. */
export const splits = (seconds: number, signal?: AbortSignal) => client.get<{ seconds: number; items: Split[] }>('/splits', { seconds }, signal);
export const drifts = (signal?: AbortSignal) => client.get<{ items: DriftSummary[] }>('/drift', undefined, signal);
export const drift = (id: string, signal?: AbortSignal) => client.get<Drift>(`${at('api', id)}/drift`, undefined, signal);
export const proposal = (id: string, signal?: AbortSignal) => client.get<DriftProposal>(`${at('api', id)}/drift/proposal`, undefined, signal);
export const changeSplit = ({ kind, id }: Pick<Split, 'kind' | 'id'>, branch: string, change: SplitAction) => client.call<unknown>('POST', `${at(kind, id)}/split`, { body: { branch, ...change } });

// Secrets
export const secrets = (signal?: AbortSignal) => client.get<Page<Secret>>('/secrets', undefined, signal);
export const secretReferences = (signal?: AbortSignal) => client.get<Page<SecretReference>>('/secret-references', undefined, signal);
export const createSecret = (name: string, value: string) => client.call<Secret>('PUT', `/secrets/${encodeURIComponent(name)}`, { body: { value } });
export const rotateSecret = (name: string, value: string) => client.call<Secret>('POST', `/secrets/${encodeURIComponent(name)}/rotate`, { body: { value } });
export const deleteSecret = (name: string) => client.call<void>('DELETE', `/secrets/${encodeURIComponent(name)}`);
export const rotateSecretKey = () => body(client.call<{ secrets: number }>('POST', '/secret-key/rotate'));

// Bundles
export const plan = (bundle: Bundle) => body(client.call<ChangePlan>('POST', '/plan', { body: bundle }));

// What happened
export const audit = (query: ListQuery & { kind?: string; id?: string; actor?: string; action?: string; address?: string; from?: string }, signal?: AbortSignal) => client.get<Page<AuditRecord>>('/audit', query, signal);
/** Records as lines of JSON, the oldest first. */
export const auditFile = (query: { kind?: string; id?: string; actor?: string; action?: string; address?: string; from?: string }) => body(client.call<Blob>('GET', '/audit/export', { query, as: 'blob', headers: { accept: '*/*' } }));
export const verifyAudit = () => body(client.call<AuditVerdict>('POST', '/audit/verify'));
export const traffic = (query: TrafficQuery, signal?: AbortSignal) => client.get<Traffic>('/analytics/traffic', query, signal);
export const top = (query: TrafficQuery & { by: string; limit?: number }, signal?: AbortSignal) => client.get<{ items: TopRow[] }>('/analytics/top', query, signal);
export const calls = (query: Query, signal?: AbortSignal) => client.get<CallPage>('/calls', query, signal);
export const call = (id: string, signal?: AbortSignal) => client.get<Call>(`/calls/${encodeURIComponent(id)}`, undefined, signal);
export const system = (signal?: AbortSignal) => client.get<System>('/system', undefined, signal);
