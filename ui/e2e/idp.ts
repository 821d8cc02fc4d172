// A small OpenID provider for the journeys: it asks nothing but who one wants to be.
import { createHash, createSign, generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const base64 = (text: string | Buffer) => Buffer.from(text).toString('base64url');

export interface Idp {
  issuer: string;
  /** Claims of whoever comes next; nobody, to have the provider say no. */
  person: Record<string, unknown> | undefined;
  close: () => void;
}

export async function startIdp(): Promise<Idp> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig', alg: 'RS256' };
  const codes = new Map<string, URLSearchParams>();
  const sign = (claims: object) => {
    const text = `${base64(JSON.stringify({ alg: 'RS256', kid: 'k1', typ: 'JWT' }))}.${base64(JSON.stringify(claims))}`;
    return `${text}.${createSign('RSA-SHA256').update(text).sign(privateKey).toString('base64url')}`;
  };
  const idp: Idp = { issuer: '', person: undefined, close: () => server.close() };
  const server = createServer(async (request, answer) => {
    const url = new URL(request.url ?? '/', idp.issuer);
    let body = '';
    for await (const piece of request) body += piece;
    const json = (value: unknown) => answer.setHeader('content-type', 'application/json').end(JSON.stringify(value));
    const go = (to: URL) => answer.writeHead(302, { location: to.href }).end();
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        return json({
          issuer: idp.issuer,
          authorization_endpoint: `${idp.issuer}/auth`,
          token_endpoint: `${idp.issuer}/token`,
          jwks_uri: `${idp.issuer}/keys`,
          end_session_endpoint: `${idp.issuer}/logout`,
          authorization_response_iss_parameter_supported: true,
        });
      case '/keys':
        return json({ keys: [jwk] });
      case '/auth': {
        const fields = [...url.searchParams].map(([name, value]) => `<input type="hidden" name="${name}" value="${value.replaceAll('"', '&quot;')}">`);
        return answer
          .setHeader('content-type', 'text/html')
          .end(`<!doctype html><html lang="en"><title>Corp</title><link rel="icon" href="data:,"><h1>Corp</h1><form action="/agreed">${fields.join('')}<button>Yes, it is me</button></form></html>`);
      }
      case '/agreed': {
        const back = new URL(url.searchParams.get('redirect_uri') ?? '');
        back.searchParams.set('state', url.searchParams.get('state') ?? '');
        back.searchParams.set('iss', idp.issuer);
        if (!idp.person) back.searchParams.set('error', 'access_denied');
        else {
          const code = randomUUID();
          codes.set(code, url.searchParams);
          back.searchParams.set('code', code);
        }
        return go(back);
      }
      case '/token': {
        const form = new URLSearchParams(body);
        const asked = codes.get(form.get('code') ?? '');
        codes.delete(form.get('code') ?? '');
        const challenge = createHash('sha256').update(form.get('code_verifier') ?? '').digest('base64url');
        if (!asked || asked.get('code_challenge') !== challenge) return answer.writeHead(400).end('{"error":"invalid_grant"}');
        const now = Math.floor(Date.now() / 1000);
        const claims = { iss: idp.issuer, aud: asked.get('client_id'), iat: now, exp: now + 300, nonce: asked.get('nonce'), ...idp.person };
        return json({ access_token: 'x', token_type: 'Bearer', id_token: sign(claims) });
      }
      case '/logout':
        return go(new URL(url.searchParams.get('post_logout_redirect_uri') ?? ''));
      default:
        return answer.writeHead(404).end();
    }
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  idp.issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return idp;
}
