// The provider of the tests: the npm package `oidc-provider`, with people who sign in by any name.
// usage: node provider.mjs FOLDER PORT REDIRECT_URI ADMIN
import { createRequire } from 'node:module';
import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';

const [folder, port, redirect, admin] = process.argv.slice(2);
const require = createRequire(join(folder, 'package.json'));
const { default: Provider } = await import(pathToFileURL(require.resolve('oidc-provider')));
const issuer = `http://127.0.0.1:${port}`;
const api = 'https://orders.example.com';

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: 'orders',
      client_secret: 's3cret+of/the client%',
      redirect_uris: [redirect],
      post_logout_redirect_uris: [new URL('signed-out', redirect).href],
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      response_types: ['code'],
    },
    {
      client_id: 'pailou',
      client_secret: 's3cret+of/the console%',
      redirect_uris: [`${admin}/api/v1/sso/corp/callback`, `${admin}/portal/api/v1/sso/default/corp/callback`],
      post_logout_redirect_uris: [`${admin}/console/sign-in`, `${admin}/portal/sign-in`],
      grant_types: ['authorization_code'],
      response_types: ['code'],
    },
  ],
  cookies: { keys: ['only for tests'] },
  pkce: { required: () => true },
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'groups'] },
  conformIdTokenClaims: false,
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, email: `${id}@example.com`, email_verified: true, name: id, groups: id === 'ada' ? ['admins'] : ['readers'] }) }),
  issueRefreshToken: () => true,
  ttl: { AccessToken: 35, IdToken: 35, Interaction: 600, Session: 3600, Grant: 3600, RefreshToken: 3600, ClientCredentials: 600 },
  features: {
    devInteractions: { enabled: true },
    clientCredentials: { enabled: true },
    rpInitiatedLogout: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => undefined,
      useGrantedResource: () => true,
      getResourceServerInfo: (_, resource) => {
        if (resource !== api) throw new Error('unknown resource');
        return { scope: 'orders:read', audience: api, accessTokenFormat: 'jwt', accessTokenTTL: 600, jwt: { sign: { alg: 'RS256' } } };
      },
    },
  },
});
createServer(provider.callback()).listen(Number(port), '127.0.0.1', () => console.log(`provider at ${issuer}`));
