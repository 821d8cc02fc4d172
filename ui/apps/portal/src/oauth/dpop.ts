// Proofs that a token is shown by whoever has its key (DPoP, RFC 9449). The key is made in the browser, which never lets it out.

export type ProofKey = CryptoKeyPair;

const encode = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
const utf8 = (text: string) => new TextEncoder().encode(text);
const sha256 = async (text: string) => encode(new Uint8Array(await crypto.subtle.digest('SHA-256', utf8(text))));

/** A fresh key, which cannot be read out. */
export const makeKey = (): Promise<ProofKey> => crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);

async function publicOf(key: ProofKey): Promise<{ crv: string; kty: string; x: string; y: string }> {
  const { crv = '', kty = '', x = '', y = '' } = await crypto.subtle.exportKey('jwk', key.publicKey);
  return { crv, kty, x, y };
}

/** The thumbprint of a key (RFC 7638). */
export async function boundTo(key: ProofKey): Promise<string> {
  // The members in the order of their names, without blanks, are what is hashed.
  return sha256(JSON.stringify(await publicOf(key)));
}

/** A proof for one request, and for the token it shows. */
export async function proofOf(key: ProofKey, method: string, url: string, token?: string): Promise<string> {
  const head = { typ: 'dpop+jwt', alg: 'ES256', jwk: await publicOf(key) };
  const id = encode(crypto.getRandomValues(new Uint8Array(12)));
  const said = { jti: id, htm: method, htu: url.split(/[?#]/)[0], iat: Math.floor(Date.now() / 1000), ...(token === undefined ? {} : { ath: await sha256(token) }) };
  const text = `${encode(utf8(JSON.stringify(head)))}.${encode(utf8(JSON.stringify(said)))}`;
  const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key.privateKey, utf8(text));
  return `${text}.${encode(new Uint8Array(signature))}`;
}
