// Turns the try-it form into a request: every parameter in its place, or what is wrong, field by field.
import type { Media, OperationPage, Parameter } from '../contract.ts';
import { validate } from '../schema/validate.ts';
import { readField, textOf } from './parse.ts';
import { formBody, inHeader, inPath, inQuery } from './serialize.ts';

/** What a person filled in. */
export interface Draft {
  /** Field texts by [`fieldKey`]. An absent or empty one is not sent unless it is required. */
  fields: Record<string, string>;
  mediaType?: string;
  /** The body as text: JSON where the media type is JSON or a form. */
  body: string;
  /** Sends the body although the contract does not require one. */
  sendBody: boolean;
}

export interface BuiltRequest {
  method: string;
  /** Below the base path, query included. */
  path: string;
  headers: Record<string, string>;
  body?: string;
}

export interface Build {
  request?: BuiltRequest;
  /** By [`fieldKey`], and `body`. */
  issues: Record<string, string>;
}

export const fieldKey = (parameter: Pick<Parameter, 'in' | 'name'>) => `${parameter.in}:${parameter.name}`;

/** Headers that the media type, the key field or the browser decides. */
const NOT_FIELDS = new Set(['content-type', 'accept', 'authorization', 'content-length', 'host', 'connection', 'transfer-encoding']);

/** The parameters that the form has fields for. Cookies are not sent by the try-it console. */
export function fieldsOf(page: OperationPage, keyHeader?: string): Parameter[] {
  return page.parameters.filter((parameter) => {
    const name = parameter.name.toLowerCase();
    return parameter.in !== 'cookie' && !(parameter.in === 'header' && (NOT_FIELDS.has(name) || name === keyHeader?.toLowerCase()));
  });
}

// JSON, or a range that includes it; a range is sent as JSON.
export const isJson = (mediaType: string) => /^[^;]*[/+](json\b|\*)/i.test(mediaType);
export const isForm = (mediaType: string) => /^application\/x-www-form-urlencoded\b/i.test(mediaType);
/** A media type that the form can write as text. */
export const isWritable = (mediaType: string) => isJson(mediaType) || isForm(mediaType) || /^(text\/|application\/(xml|graphql|yaml|x-ndjson)\b|[^;]*\+(xml|yaml))/i.test(mediaType);

/** The draft that an operation opens with: required parameters with their examples, and the body's example. */
export function firstDraft(page: OperationPage, keyHeader?: string): Draft {
  const fields: Record<string, string> = {};
  for (const parameter of fieldsOf(page, keyHeader)) {
    const author = parameter.examples?.[0]?.value;
    const example = author ?? parameter.example;
    // Of operations of SOAP at one address nothing else says which is meant.
    const isSent = parameter.required || (parameter.in === 'header' && parameter.name.toLowerCase() === 'soapaction');
    if (isSent && example !== undefined) fields[fieldKey(parameter)] = textOf(example);
  }
  const content = page.request_body?.content ?? [];
  const media = content.find((m) => isJson(m.media_type)) ?? content.find((m) => isWritable(m.media_type)) ?? content[0];
  return { fields, mediaType: media?.media_type, body: media ? firstBody(media) : '', sendBody: page.request_body?.required ?? content.length > 0 };
}

/** The text a body of this form starts with. */
export function firstBody(media: Media): string {
  const example = media.examples?.[0]?.value ?? media.example;
  if (example === undefined || example === null) return '';
  if (isJson(media.media_type) || isForm(media.media_type)) return JSON.stringify(example, null, 2);
  return typeof example === 'string' ? example : JSON.stringify(example, null, 2);
}

/** Builds the request of a draft. */
export function build(page: OperationPage, draft: Draft, keyHeader?: string): Build {
  const issues: Record<string, string> = {};
  const query: string[] = [];
  const headers: Record<string, string> = {};
  let path = page.path;
  for (const parameter of fieldsOf(page, keyHeader)) {
    const key = fieldKey(parameter);
    const text = draft.fields[key] ?? '';
    if (text === '') {
      if (parameter.required) issues[key] = 'Is required.';
      continue;
    }
    const read = readField(text, parameter.schema, page.schemas);
    if ('error' in read) {
      issues[key] = read.error;
      continue;
    }
    const problem = validate(read.value, parameter.schema, page.schemas)[0];
    if (problem) {
      issues[key] = problem.path.length ? `${problem.path.join('.')}: ${problem.message}` : problem.message;
      continue;
    }
    if (parameter.in === 'path') path = fillPath(path, parameter, read.value);
    else if (parameter.in === 'query') query.push(inQuery(parameter, read.value));
    else if (parameter.in === 'querystring') query.push(formBody(read.value) || text.replace(/^\?/, ''));
    else if (parameter.in === 'header') headers[parameter.name] = inHeader(parameter, read.value);
  }
  for (const left of path.matchAll(/\{[+]?([^{}*+]+)[*+]?\}/g)) issues[`path:${left[1]}`] ??= 'Is required.';
  const body = bodyOf(page, draft, issues);
  if (body !== undefined && draft.mediaType) headers['content-type'] = draft.mediaType.includes('*') ? 'application/json' : draft.mediaType;
  if (Object.keys(issues).length) return { issues };
  const text = query.filter(Boolean).join('&');
  return { issues, request: { method: page.method.toUpperCase(), path: text ? `${path}?${text}` : path, headers, ...(body === undefined ? {} : { body }) } };
}

function fillPath(path: string, parameter: Parameter, value: unknown): string {
  const written = inPath(parameter, value);
  const several = (text: string) => text.replace(/%2F/gi, '/');
  return path.replace(/\{([+]?)([^{}*+]+)([*+]?)\}/g, (whole, before: string, name: string, after: string) =>
    name !== parameter.name ? whole : before || after ? several(written) : written,
  );
}

function bodyOf(page: OperationPage, draft: Draft, issues: Record<string, string>): string | undefined {
  const spec = page.request_body;
  if (!spec || !draft.mediaType || !(spec.required || draft.sendBody)) return undefined;
  if (!isJson(draft.mediaType) && !isForm(draft.mediaType)) {
    if (draft.body === '' && spec.required) issues.body = 'Is required.';
    return draft.body;
  }
  let value: unknown;
  try {
    value = JSON.parse(draft.body);
  } catch (error) {
    issues.body = draft.body.trim() === '' ? 'Is required.' : `Is not valid JSON: ${(error as Error).message}`;
    return undefined;
  }
  const media = spec.content.find((m) => m.media_type === draft.mediaType);
  const found = validate(value, media?.schema, page.schemas);
  if (found.length) {
    issues.body = found.slice(0, 5).map((issue) => `${issue.path.join('.') || 'The body'}: ${issue.message}`).join('\n');
  }
  return isForm(draft.mediaType) ? formBody(value) : draft.body;
}

/** The request that an operation's examples make, if they are enough. */
export function requestFor(page: OperationPage, keyHeader?: string): BuiltRequest | undefined {
  return build(page, firstDraft(page, keyHeader), keyHeader).request;
}
