// A refusal of the server (RFC 9457), as an error that pages can show.
export interface Place {
  file: string;
  line: number;
  column: number;
}

export interface Finding {
  severity: 'error' | 'warning' | 'note';
  rule: string;
  message: string;
  resource?: string | null;
  field?: string | null;
  place?: Place | null;
}

/** What a browser is asked to use a passkey by: `PublicKeyCredentialRequestOptionsJSON` of Web Authentication. */
export interface PasskeyRequest {
  challenge: string;
  timeout: number;
  rpId: string;
  allowCredentials: { type: string; id: string; transports: string[] }[];
  userVerification: string;
}

/** What is needed beside a password. */
export interface FactorNeeded {
  /** Whether an authenticator app makes codes; a recovery code does in any case. */
  codes: boolean;
  passkey?: PasskeyRequest;
}

/** What went wrong with a call: the server's problem document, or what kept it from answering. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  constructor(
    /** HTTP status; 0 where no answer came. */
    readonly status: number,
    /** The end of the problem's `type`, such as `precondition-failed`; `network` where no answer came. */
    readonly code: string,
    readonly title: string,
    readonly detail: string,
    readonly findings: Finding[] = [],
    readonly requestId?: string,
    /** What is needed beside a password that was right. */
    readonly factor?: FactorNeeded,
  ) {
    super(detail || title);
  }

  /** Whether the password was right and the second factor is needed beside it. */
  get codeNeeded(): boolean {
    return this.factor !== undefined;
  }
}

const PREFIX = 'urn:pailou:problem:';
const REQUEST = 'urn:pailou:request:';

/** Reads an answer that is not a success. Whatever the body is, something that can be shown comes out. */
export function problemOf(status: number, statusText: string, body: unknown, requestId?: string | null): ProblemError {
  const members = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const text = (name: string) => (typeof members[name] === 'string' ? (members[name] as string) : undefined);
  const type = text('type');
  const instance = text('instance');
  return new ProblemError(
    status,
    type?.startsWith(PREFIX) ? type.slice(PREFIX.length) : `http-${status}`,
    text('title') ?? (statusText || `The server answered ${status}`),
    text('detail') ?? '',
    Array.isArray(members.findings) ? members.findings.filter(isFinding) : [],
    instance?.startsWith(REQUEST) ? instance.slice(REQUEST.length) : (requestId ?? undefined),
    members.code_needed === true ? { codes: members.codes !== false, passkey: isRequest(members.passkey) ? members.passkey : undefined } : undefined,
  );
}

function isRequest(value: unknown): value is PasskeyRequest {
  return typeof value === 'object' && value !== null && typeof (value as PasskeyRequest).challenge === 'string';
}

function isFinding(value: unknown): value is Finding {
  return typeof value === 'object' && value !== null && typeof (value as Finding).message === 'string';
}
