// Passkeys in the browser (Web Authentication): the server's JSON to what the browser takes, and back.

/** `PublicKeyCredentialRequestOptionsJSON`. */
export interface RequestJson {
  challenge: string;
  timeout: number;
  rpId: string;
  allowCredentials: { type: string; id: string; transports: string[] }[];
  userVerification: string;
}

/** `PublicKeyCredentialCreationOptionsJSON`. */
export interface CreationJson {
  rp: { id: string; name: string };
  user: { id: string; name: string; displayName: string };
  challenge: string;
  pubKeyCredParams: { type: string; alg: number }[];
  timeout: number;
  excludeCredentials: { type: string; id: string; transports: string[] }[];
  authenticatorSelection: { residentKey: string; requireResidentKey: boolean; userVerification: string };
  attestation: string;
}

/** What the server is sent of a passkey that was made. */
export interface MadePasskey {
  client_data: string;
  attestation: string;
  transports: string[];
}

/** What the server is sent of a passkey that was used. */
export interface ShownPasskey {
  id: string;
  client_data: string;
  authenticator_data: string;
  signature: string;
  user_handle?: string;
}

/** Whether this browser takes passkeys at this page: they are for https and for `localhost`, and never for an IP address. */
export function passkeysWork(): boolean {
  const { hostname } = window.location;
  return window.isSecureContext && typeof window.PublicKeyCredential === 'function' && !/^[\d.]+$|:/.test(hostname);
}

const fromText = (text: string) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (char) => char.charCodeAt(0));

function toText(bytes: ArrayBuffer): string {
  const text = Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join('');
  return btoa(text).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

const described = (all: CreationJson['excludeCredentials']): PublicKeyCredentialDescriptor[] =>
  all.map(({ id, transports }) => ({ type: 'public-key', id: fromText(id), transports: transports as AuthenticatorTransport[] }));

/** Asks the browser to make a passkey. */
export async function makePasskey(options: CreationJson): Promise<MadePasskey> {
  const made = await asked(() =>
    navigator.credentials.create({
      publicKey: {
        ...options,
        user: { ...options.user, id: fromText(options.user.id) },
        challenge: fromText(options.challenge),
        pubKeyCredParams: options.pubKeyCredParams.map(({ alg }) => ({ type: 'public-key', alg })),
        excludeCredentials: described(options.excludeCredentials),
        authenticatorSelection: options.authenticatorSelection as AuthenticatorSelectionCriteria,
        attestation: options.attestation as AttestationConveyancePreference,
      },
    }),
  );
  const response = made.response as AuthenticatorAttestationResponse;
  return { client_data: toText(response.clientDataJSON), attestation: toText(response.attestationObject), transports: response.getTransports?.() ?? [] };
}

/** Asks the browser to use one. */
export async function showPasskey(options: RequestJson): Promise<ShownPasskey> {
  const shown = await asked(() =>
    navigator.credentials.get({
      publicKey: {
        ...options,
        challenge: fromText(options.challenge),
        allowCredentials: described(options.allowCredentials),
        userVerification: options.userVerification as UserVerificationRequirement,
      },
    }),
  );
  const response = shown.response as AuthenticatorAssertionResponse;
  return {
    id: toText(shown.rawId),
    client_data: toText(response.clientDataJSON),
    authenticator_data: toText(response.authenticatorData),
    signature: toText(response.signature),
    ...(response.userHandle && response.userHandle.byteLength > 0 ? { user_handle: toText(response.userHandle) } : {}),
  };
}

/** What the browser says where nothing came of it, in words that help. */
const REFUSALS: Record<string, string> = {
  NotAllowedError: 'No passkey was used: it was cancelled, took too long, or none fits.',
  InvalidStateError: 'This device has a passkey for this account already.',
  SecurityError: 'The browser takes no passkeys at this address.',
  NotSupportedError: 'This device cannot make passkeys of the kinds that are taken here.',
};

async function asked(ask: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  let found: Credential | null;
  try {
    found = await ask();
  } catch (cause) {
    const said = cause instanceof DOMException ? REFUSALS[cause.name] : undefined;
    throw said ? new Error(said) : cause;
  }
  if (!found) throw new Error(REFUSALS.NotAllowedError);
  return found as PublicKeyCredential;
}
