// A mock of GraphQL asked by the npm package `graphql`, the reference implementation: graphql.mjs FOLDER SCHEMA URL
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [folder, file, url] = process.argv.slice(2);
const require = createRequire(join(folder, "package.json"));
const { buildClientSchema, buildSchema, getIntrospectionQuery, lexicographicSortSchema, parse, printSchema, validate } =
  require("graphql");

async function ask(query, variables) {
  const accept = "application/graphql-response+json, application/json;q=0.9";
  const headers = { "content-type": "application/json", accept };
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify({ query, variables }) });
  return { status: answer.status, ...(await answer.json()) };
}

// What tools learn of the schema is the schema.
const written = buildSchema(readFileSync(file, "utf8"));
const all = { inputValueDeprecation: true, specifiedByUrl: true, directiveIsRepeatable: true, schemaDescription: true, oneOf: true };
const introspected = await ask(getIntrospectionQuery(all));
assert.equal(introspected.errors, undefined);
const known = buildClientSchema(introspected.data);
const sorted = (schema) => printSchema(lexicographicSortSchema(schema));
assert.equal(sorted(known), sorted(written));

// What the reference refuses is refused, and what it takes is answered.
const documents = [
  "{ order(id: 7) { id total state items { __typename ... on Book { title } ... on Cup { size } } } }",
  "query ($n: Int = 2) { orders(first: $n) { ...F } } fragment F on Order { id note }",
  "mutation { place(input: { note: \"a\" }) { id note } }",
  "{ order(id: 7) { id: note id } }",
  "{ order { id } }",
  "{ order(id: 7) }",
  "{ order(id: 7) { id { x } } }",
  "{ order(id: 7, more: 1) { id } }",
  "query ($a: Int) { order(id: $a) { id } }",
  "query ($a: ID!) { order(id: 1) { id } }",
  "{ order(id: 7) { ...F } } fragment F on Order { ...F }",
  "{ order(id: 7) { items { title } } }",
  "{ order(id: 7) { ... on State { id } } }",
  "{ orders @include { id } }",
  "{ orders @nothing { id } }",
  "fragment F on Order { id } { __typename }",
  "{ a: __typename } { b: __typename }",
  "{ order(id: {}) { id } }",
  "mutation { place(input: {}) { id } }",
  "{ pick(by: { id: 1 }) { id } }",
  "{ pick(by: { near: { text: \"a\" } }) { id } }",
  "query ($id: ID!) { pick(by: { id: $id }) { id } }",
  "query ($id: ID) { pick(by: { id: $id }) { id } }",
  "{ pick(by: {}) { id } }",
  "{ pick(by: { id: 1, text: \"a\" }) { id } }",
  "{ pick(by: { near: { id: null } }) { id } }",
  "mutation { place(input: { note: \"a\", note: \"b\" }) { id } }",
];
for (const document of documents) {
  const wrong = validate(written, parse(document));
  const answer = await ask(document, document.includes("$id: ID!") ? { id: 7 } : {});
  assert.equal(answer.status === 400, wrong.length > 0, `${document}: ${JSON.stringify(answer)} / ${wrong}`);
  assert.equal(answer.data === undefined, wrong.length > 0, document);
}
console.log(`${documents.length} documents as by graphql ${require("graphql").version}`);
