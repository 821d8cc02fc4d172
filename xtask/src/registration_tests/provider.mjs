// An authorization server of the tests: the npm package `oidc-provider`, where clients register themselves and are managed.
// usage: node provider.mjs FOLDER PORT AUDIENCE
import { createRequire } from 'node:module';
import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';

const [folder, port, audience] = process.argv.slice(2);
const require = createRequire(join(folder, 'package.json'));
const { default: Provider } = await import(pathToFileURL(require.resolve('oidc-provider')));
const issuer = `http://127.0.0.1:${port}`;

const provider = new Provider(issuer, {
  clients: [{ client_id: 'stranger', client_secret: 'strangers-secret', redirect_uris: [], response_types: [], grant_types: ['client_credentials'] }],
  cookies: { keys: ['only for tests'] },
  scopes: ['openid', 'offline_access', 'corp.read', 'corp.write'],
  features: {
    devInteractions: { enabled: true },
    clientCredentials: { enabled: true },
    registration: { enabled: true, initialAccessToken: 'initial-token-of-oidc-provider' },
    registrationManagement: { enabled: true, rotateRegistrationAccessToken: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (_, resource) => {
        if (resource !== audience) throw new Error('unknown resource');
        return { scope: 'corp.read corp.write', audience, accessTokenFormat: 'jwt', accessTokenTTL: 600, jwt: { sign: { alg: 'RS256' } } };
      },
    },
  },
});
// What the tests look at: which clients there are, and whether the server answers at all.
const handle = provider.callback();
let away = false;
createServer(async (request, response) => {
  const { pathname } = new URL(request.url, issuer);
  if (pathname === '/tests/away' || pathname === '/tests/back') {
    away = pathname === '/tests/away';
    response.end();
  } else if (pathname.startsWith('/tests/clients/')) {
    const client = await provider.Client.find(decodeURIComponent(pathname.slice('/tests/clients/'.length)));
    response.writeHead(client ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(client ? client.metadata() : {}));
  } else if (away) {
    response.writeHead(503).end();
  } else {
    handle(request, response);
  }
}).listen(Number(port), '127.0.0.1', () => console.log(`provider at ${issuer}`));
