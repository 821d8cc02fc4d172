// Subscriptions of a mock, by the npm packages graphql-ws (over ws) and graphql-sse: subscriptions.mjs FOLDER URL
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";

const [folder, url] = process.argv.slice(2);
const require = createRequire(join(folder, "package.json"));
const overSocket = require("graphql-ws").createClient({
  url: url.replace(/^http/, "ws"),
  webSocketImpl: require("ws").WebSocket,
  retryAttempts: 0,
});
const overEvents = require("graphql-sse").createClient({ url, retryAttempts: 0 });

const query = "subscription ($id: ID!) { changed(id: $id) { id note } }";

for (const client of [overSocket, overEvents]) {
  const got = [];
  for await (const event of client.iterate({ query, variables: { id: "7" } })) {
    got.push(event.data.changed);
  }
  assert.deepEqual(got, ["note", "note 2", "note 3"].map((note) => ({ id: "7", note })));
  // What is no subscription is asked in the same way.
  const answers = [];
  for await (const answer of client.iterate({ query: "{ order(id: 7) { id } }" })) answers.push(answer.data);
  assert.deepEqual(answers, [{ order: { id: "7" } }]);
}

const wrong = { query: "subscription { nothing }" };
await assert.rejects(
  (async () => {
    for await (const _ of overSocket.iterate(wrong)) assert.fail("there is no such field");
  })(),
  (errors) => errors[0].message === 'Cannot query field "nothing" on type "Event".',
);
await assert.rejects(async () => {
  for await (const _ of overEvents.iterate(wrong)) assert.fail("there is no such field");
});
await overSocket.dispose();
overEvents.dispose();
console.log("subscriptions by graphql-ws and graphql-sse");
