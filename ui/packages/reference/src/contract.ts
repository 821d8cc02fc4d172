// The shapes in which the portal hands out a contract: an outline, and one operation at a time.

/** One line of an outline. */
export interface OutlineOperation {
  id: string;
  /** In upper case. */
  method: string;
  path: string;
  summary?: string | null;
  tags?: string[];
  deprecated?: boolean;
}

/** A tag with what the contract says about it. */
export interface OutlineTag {
  name: string;
  description?: string | null;
}

/** Where messages go, in a contract written in AsyncAPI. */
export interface OutlineChannel {
  name: string;
  address: string;
  title?: string | null;
  description?: string | null;
  protocols: string[];
  /** Whether the gateway has a route for it. */
  routed: boolean;
  operations: {
    id: string;
    /** Seen from the client. */
    action: 'send' | 'receive';
    summary?: string | null;
    description?: string | null;
    messages: { name: string; title?: string | null; summary?: string | null; content_type: string; schema?: unknown }[];
  }[];
}

/** What a contract has, without the detail. */
export interface Outline {
  title: string;
  version?: string | null;
  description?: string | null;
  tags?: OutlineTag[];
  operations: OutlineOperation[];
  channels?: OutlineChannel[];
  schemas?: string[];
}

/** A JSON Schema (2020-12, and what OpenAPI 3.0 wrote differently). `true` and `false` are schemas too. */
export type Schema = boolean | SchemaObject;

export interface SchemaObject {
  $ref?: string;
  type?: string | string[];
  title?: string;
  description?: string;
  format?: string;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  example?: unknown;
  examples?: unknown;
  deprecated?: boolean;
  nullable?: boolean;
  readOnly?: boolean;
  writeOnly?: boolean;
  properties?: Record<string, Schema>;
  patternProperties?: Record<string, Schema>;
  additionalProperties?: Schema;
  required?: string[];
  items?: Schema;
  prefixItems?: Schema[];
  oneOf?: Schema[];
  anyOf?: Schema[];
  allOf?: Schema[];
  not?: Schema;
  discriminator?: { propertyName: string; mapping?: Record<string, string> };
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number | boolean;
  exclusiveMaximum?: number | boolean;
  multipleOf?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  'x-truncated'?: boolean;
  minProperties?: number;
  maxProperties?: number;
}

/** Schemas by name: what the `$ref`s of a page point to. */
export type Schemas = Record<string, Schema>;

/** An example of the contract's author. */
export interface Example {
  name: string;
  summary?: string | null;
  value?: unknown;
}

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header' | 'cookie' | 'querystring';
  description?: string | null;
  required?: boolean;
  deprecated?: boolean;
  schema: Schema;
  style?: string;
  explode?: boolean;
  /** A value to start from: the author's, or one made from the schema. */
  example?: unknown;
  examples?: Example[];
}

/** One form a body may take. */
export interface Media {
  media_type: string;
  schema: Schema;
  example?: unknown;
  /** Whether `example` was made from the schema. */
  generated?: boolean;
  examples?: Example[];
}

export interface Body {
  description?: string | null;
  required?: boolean;
  content: Media[];
}

export interface ResponseHeader {
  name: string;
  description?: string | null;
  schema: Schema;
}

export interface Response {
  /** `200`, `4XX` or `default`. */
  status: string;
  description?: string | null;
  headers?: ResponseHeader[];
  content?: Media[];
}

export interface Sample {
  language: string;
  label: string;
  code: string;
}

/** Everything one operation's page shows. */
export interface OperationPage {
  id: string;
  /** In upper case. */
  method: string;
  path: string;
  summary?: string | null;
  description?: string | null;
  tags?: string[];
  deprecated?: boolean;
  /** What a caller needs, any one of these: schemes by name, each with its scopes. */
  security?: Record<string, string[]>[];
  /** Those schemes, as the contract describes them. */
  security_schemes?: Record<string, unknown>;
  parameters: Parameter[];
  request_body?: Body | null;
  responses: Response[];
  /** The schemas used, by name, as far as they fit. */
  schemas: Schemas;
  /** Names of those that did not fit. */
  more_schemas?: string[];
  /** Something was cut to keep the page small. */
  truncated?: boolean;
  /** Where the API answers: scheme, host and base path. */
  base_url?: string;
  samples?: Sample[];
}
