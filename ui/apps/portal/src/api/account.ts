// Everything a signed-in developer can do.
import type { BuiltRequest, TryAnswer } from '@pailou/reference';
import { queryOptions } from '@tanstack/react-query';
import { showPasskey } from '@pailou/kit';
import { client, noteSignedIn, queryClient, segment, session } from './client.ts';
import { below } from '../workspace.ts';
import type { AppSubscription, ClientForm, Confirmation, ConfirmationWays, CreationOptions, DeviceAsked, Identity, IssuedClient, IssuedKey, Notice, Page, PasskeyAdded, PasskeyMade, PasskeyRequest, PlanChangePreview, PortalApp, SecondFactor, Seed, Session, SignIn, SignInHelp, SignedUp } from '@pailou/api/portal';

async function signedIn(found: Session): Promise<Session> {
  client.setCsrf(found.csrf ?? undefined);
  noteSignedIn(true);
  // Whoever was here before, their lists are not shown to the next.
  queryClient.removeQueries({ queryKey: ['apps'] });
  queryClient.removeQueries({ queryKey: ['consents'] });
  queryClient.removeQueries({ queryKey: ['authorization'] });
  queryClient.setQueryData(session.queryKey, found);
  return found;
}

/** The address is to be confirmed by the link in a letter, before anybody is signed in. */
export class ConfirmEmail extends Error {
  override readonly name = 'ConfirmEmail';
}

export async function signUp(form: { email: string; password: string; name: string }): Promise<Session> {
  const { confirm_email, user, csrf } = (await client.call<SignedUp>('POST', '/account', { body: form })).body;
  if (confirm_email || !user) throw new ConfirmEmail(`A letter is on its way to ${form.email}. Follow the link in it, and you are signed in.`);
  return signedIn({ user, csrf });
}

/** Signs in with a passkey, whose account it is the passkey says. */
export async function signInByPasskey(): Promise<Session> {
  const { body } = await client.call<PasskeyRequest>('POST', '/passkey-challenge');
  return signIn({ passkey: await showPasskey(body) });
}

export async function signIn(form: SignIn): Promise<Session> {
  return signedIn((await client.call<Session>('POST', '/session', { body: form })).body);
}

export async function confirmAccount(form: { link: string; email: string; password: string }): Promise<Session> {
  return signedIn((await client.call<Session>('POST', '/account/confirm', { body: form })).body);
}

export const forgotPassword = (email: string) => client.call<void>('POST', '/password/forgotten', { body: { email } });
export const setPassword = async (link: string, password: string) => (await client.call<{ email: string }>('POST', '/password', { body: { link, password } })).body;

export const confirmation = {
  ways: () => client.get<ConfirmationWays>('/session/confirmation'),
  confirm: (form: Confirmation) => client.call<void>('POST', '/session/confirmation', { body: form }),
  again: (provider: string) => beginSso(provider, below(window.location.pathname), true),
  onAsk: client.onConfirmation,
};

export const secondFactor = {
  passkeys: {
    options: async () => (await client.call<CreationOptions>('POST', '/session/passkeys/options')).body,
    add: async (form: PasskeyMade) => (await client.call<PasskeyAdded>('POST', '/session/passkeys', { body: form })).body,
    rename: (id: string, name: string) => client.call<unknown>('PUT', `/session/passkeys/${segment(id)}`, { body: { name } }),
    remove: (id: string) => client.call<void>('DELETE', `/session/passkeys/${segment(id)}`),
  },
  renewCodes: async () => (await client.call<{ recovery_codes: string[] }>('POST', '/session/recovery-codes')).body,
  read: () => client.get<SecondFactor>('/session/second-factor'),
  draw: async () => (await client.call<Seed>('POST', '/session/second-factor/seed')).body,
  turnOn: async (form: { password: string; secret: string; code: string }) => (await client.call<{ recovery_codes: string[] }>('PUT', '/session/second-factor', { body: form })).body,
  turnOff: (form: { password: string; code: string }) => client.call<void>('POST', '/session/second-factor/off', { body: form }),
};

/** Where the browser signs out at the provider, too, where it came by one. */
export async function signOut(): Promise<string | undefined> {
  const { location } = (await client.call<{ location?: string | null }>('DELETE', '/session')).body;
  client.setCsrf(undefined);
  noteSignedIn(false);
  queryClient.clear();
  queryClient.setQueryData(session.queryKey, null);
  return location ?? undefined;
}

/** How one signs in, and the rule for passwords. */
export const ways = queryOptions({ queryKey: ['sign-in'], queryFn: () => signInHelp(), staleTime: Number.POSITIVE_INFINITY });
export const signInHelp = () => client.get<SignInHelp>('/sign-in');
export async function beginSso(provider: string, next?: string, again = false): Promise<string> {
  const { body } = await client.call<{ location: string }>('POST', `/sso/${segment(provider)}`, { body: { next, again } });
  // Who comes back may be signed in, which only the server knows then.
  noteSignedIn(true);
  return body.location;
}
/** The providers that one's account is connected with. */
export const identities = {
  ways: signInHelp,
  list: () => client.get<{ items: Identity[] }>('/session/identities'),
  connect: async (provider: string) => (await client.call<{ location: string }>('POST', `/session/identities/${segment(provider)}`, { body: { next: '/account' } })).body.location,
  disconnect: (provider: string) => client.call<void>('DELETE', `/session/identities/${segment(provider)}`),
};
/** What one is told of APIs that one's apps use. */
export const notices = queryOptions({ queryKey: ['apps', 'notices'], queryFn: async ({ signal }) => (await client.get<Page<Notice>>('/notices', undefined, signal)).items, staleTime: 60_000 });

const changed = () => queryClient.invalidateQueries({ queryKey: ['apps'] });

export async function createApp(form: { title: string; description?: string }): Promise<PortalApp> {
  const { body } = await client.call<PortalApp>('POST', '/apps', { body: form });
  await changed();
  return body;
}

export async function updateApp(name: string, form: { title: string; description?: string }): Promise<void> {
  await client.call('PUT', `/apps/${segment(name)}`, { body: form });
  await changed();
}

export async function deleteApp(name: string): Promise<void> {
  await client.call('DELETE', `/apps/${segment(name)}`);
  queryClient.removeQueries({ queryKey: ['apps', name] });
  await changed();
}

export async function issueKey(app: string): Promise<IssuedKey> {
  const { body } = await client.call<IssuedKey>('POST', `/apps/${segment(app)}/keys`, { body: {} });
  await changed();
  return body;
}

export async function revokeKey(app: string, hash: string): Promise<void> {
  await client.call('DELETE', `/apps/${segment(app)}/keys/${segment(hash)}`);
  await changed();
}

export async function subscribe(app: string, form: { product: string; plan: string; reason?: string; terms?: string }): Promise<AppSubscription> {
  const { body } = await client.call<AppSubscription>('POST', `/apps/${segment(app)}/subscriptions`, { body: form });
  await changed();
  return body;
}

/** Another plan: at once, or when a person has decided. The present one withdraws what waits. */
export async function changePlan(app: string, id: string, form: { plan: string; reason?: string; terms?: string }): Promise<AppSubscription> {
  const { body } = await client.call<AppSubscription>('PUT', `/apps/${segment(app)}/subscriptions/${segment(id)}/plan`, { body: form });
  await changed();
  return body;
}

/** What another plan would cost now. */
export const planPreview = (app: string, id: string, plan: string) =>
  queryOptions({
    queryKey: ['apps', app, 'plan-preview', id, plan],
    queryFn: ({ signal }) => client.get<PlanChangePreview>(`/apps/${segment(app)}/subscriptions/${segment(id)}/plan`, { plan }, signal),
    gcTime: 0,
  });

export async function unsubscribe(app: string, id: string): Promise<void> {
  await client.call('DELETE', `/apps/${segment(app)}/subscriptions/${segment(id)}`);
  await changed();
}

export async function putClient(app: string, form: ClientForm): Promise<IssuedClient> {
  const { body } = await client.call<IssuedClient>('PUT', `/apps/${segment(app)}/client`, { body: form });
  await changed();
  return body;
}

export async function rotateClientSecret(app: string, keepPrevious: boolean): Promise<IssuedClient> {
  const { body } = await client.call<IssuedClient>('POST', `/apps/${segment(app)}/client/secret`, { body: { keep_previous: keepPrevious } });
  await changed();
  return body;
}

export async function removeClient(app: string): Promise<void> {
  await client.call('DELETE', `/apps/${segment(app)}/client`);
  await changed();
}

/** Gives the person's word on what an app asks; where they go then. */
export async function decideAuthorization(query: string, agrees: boolean): Promise<{ location: string }> {
  const { body } = await client.call<{ location: string }>('POST', '/authorization/decision', { body: { query, agrees } });
  return body;
}

export async function askDevice(code: string): Promise<DeviceAsked> {
  return (await client.call<DeviceAsked>('POST', '/device', { body: { user_code: code } })).body;
}

export async function decideDevice(code: string, agrees: boolean): Promise<void> {
  await client.call('POST', '/device/decision', { body: { user_code: code, agrees } });
  await queryClient.invalidateQueries({ queryKey: ['consents'] });
}

export async function revokeConsent(id: string): Promise<void> {
  await client.call('DELETE', `/consents/${segment(id)}`);
  await queryClient.invalidateQueries({ queryKey: ['consents'] });
}

/** Has a mock of the API answer, as one of the caller's apps. */
export async function trySandbox(app: string, api: string, request: BuiltRequest): Promise<TryAnswer> {
  const { body } = await client.call<TryAnswer>('POST', `/apps/${segment(app)}/sandbox/try`, { body: { api, ...request } });
  return body;
}

/** Forgets what an app has created in its sandboxes. */
export const resetSandbox = (app: string) => client.call<void>('POST', `/apps/${segment(app)}/sandbox/reset`, { body: {} });

/** Has the portal call the gateway: no other origin is involved, so nothing has to be set up for it. */
export async function tryCall(api: string, request: BuiltRequest): Promise<TryAnswer> {
  const { body } = await client.call<TryAnswer>('POST', '/try', { body: { api, ...request } });
  return body;
}
