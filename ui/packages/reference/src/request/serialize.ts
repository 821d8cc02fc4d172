// Writes parameters as OpenAPI's styles say (OpenAPI 3.1 §4.8.12, RFC 6570).
import type { Parameter } from '../contract.ts';

type Pair = [name: string, value: string];

const scalar = (value: unknown): string => (typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? ''));

/** Encodes a path segment or a query's part; `,` and friends that a style itself uses are added outside. */
const encode = (text: string) => encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

function entries(value: unknown): Pair[] {
  return typeof value === 'object' && value !== null ? Object.entries(value).map(([k, v]) => [k, scalar(v)]) : [];
}

/** A value in a path: styles `simple`, `label` and `matrix`. */
export function inPath(parameter: Parameter, value: unknown): string {
  const { name, style = 'simple', explode = false } = parameter;
  const prefix = style === 'label' ? '.' : style === 'matrix' ? ';' : '';
  if (Array.isArray(value)) {
    const items = value.map((item) => encode(scalar(item)));
    if (style === 'matrix') return explode ? items.map((item) => `;${encode(name)}=${item}`).join('') : `;${encode(name)}=${items.join(',')}`;
    return prefix + items.join(style === 'label' && explode ? '.' : ',');
  }
  if (typeof value === 'object' && value !== null) {
    const pairs = entries(value).map(([k, v]) => `${encode(k)}${explode ? '=' : ','}${encode(v)}`);
    if (style === 'matrix') return explode ? pairs.map((pair) => `;${pair}`).join('') : `;${encode(name)}=${pairs.join(',')}`;
    return prefix + pairs.join(style === 'label' && explode ? '.' : ',');
  }
  return style === 'matrix' ? `;${encode(name)}=${encode(scalar(value))}` : prefix + encode(scalar(value));
}

/** A value in a query, encoded, without `?`: styles `form`, `spaceDelimited`, `pipeDelimited` and `deepObject`. */
export function inQuery(parameter: Parameter, value: unknown): string {
  const { name, style = 'form' } = parameter;
  const explode = parameter.explode ?? style === 'form';
  const pair = (key: string, text: string) => `${encode(key)}=${encode(text)}`;
  if (Array.isArray(value)) {
    const items = value.map(scalar);
    if (explode) return items.map((item) => pair(name, item)).join('&');
    const between = style === 'spaceDelimited' ? '%20' : style === 'pipeDelimited' ? '%7C' : ',';
    return `${encode(name)}=${items.map(encode).join(between)}`;
  }
  if (typeof value === 'object' && value !== null) {
    if (style === 'deepObject') return deep(name, value, 0).map(([k, v]) => pair(k, v)).join('&');
    if (explode) return entries(value).map(([k, v]) => pair(k, v)).join('&');
    return `${encode(name)}=${entries(value).map(([k, v]) => `${encode(k)},${encode(v)}`).join(',')}`;
  }
  return pair(name, scalar(value));
}

function deep(name: string, value: object, depth: number): Pair[] {
  return Object.entries(value).flatMap(([key, inner]: Pair | [string, unknown]): Pair[] => {
    const path = Array.isArray(value) ? `${name}[]` : `${name}[${key}]`;
    return typeof inner === 'object' && inner !== null && depth < 8 ? deep(path, inner, depth + 1) : [[path, scalar(inner)]];
  });
}

/** A value in a header: style `simple`, not encoded; line breaks become spaces, so that a value stays one header. */
export function inHeader(parameter: Parameter, value: unknown): string {
  const text = Array.isArray(value)
    ? value.map(scalar).join(',')
    : typeof value === 'object' && value !== null
      ? entries(value).map(([k, v]) => `${k}${parameter.explode ? '=' : ','}${v}`).join(',')
      : scalar(value);
  return text.replace(/[\r\n]+/g, ' ').trim();
}

/** A body for `application/x-www-form-urlencoded`. Objects are written as `a[b]=c`, lists as `a[]=…`, which most servers read. */
export function formBody(value: unknown): string {
  if (typeof value !== 'object' || value === null) return '';
  return Object.entries(value)
    .flatMap(([key, inner]): Pair[] => (typeof inner === 'object' && inner !== null ? deep(key, inner, 0) : inner === undefined ? [] : [[key, scalar(inner)]]))
    .map(([k, v]) => `${encode(k)}=${encode(v)}`)
    .join('&');
}
