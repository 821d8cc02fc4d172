// Calls of gRPC-Web through a gateway to a service of gRPC, by the clients that pages use: Connect's over HTTP/1.1 and HTTP/2, and
// gRPC's own in both of its forms.
//
// Usage: web.mjs PACKAGES DESCRIPTION HTTP HTTPS CERTIFICATE
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [packages, description, http, https, certificate] = process.argv.slice(2);
const require = createRequire(`${packages}/`);
const load = (name) => import(pathToFileURL(require.resolve(name)).href);
const { createFileRegistry, fromBinary, toBinary, create } = await load("@bufbuild/protobuf");
const { FileDescriptorSetSchema } = await load("@bufbuild/protobuf/wkt");
const { createClient, ConnectError, Code } = await load("@connectrpc/connect");
const { createGrpcWebTransport: overFetch } = await load("@connectrpc/connect-web");
const { createGrpcWebTransport: overNode } = await load("@connectrpc/connect-node");
globalThis.XMLHttpRequest = require("xhr2");
const { GrpcWebClientBase, MethodDescriptor, MethodType } = require("grpc-web");

const files = createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(description)));
const service = files.getService("grpc.testing.TestService");
const elsewhere = files.getService("grpc.testing.UnimplementedService");
const message = (name) => files.getMessage(`grpc.testing.${name}`);

const INITIAL = "x-grpc-test-echo-initial";
const TRAILING = "x-grpc-test-echo-trailing-bin";
const SPECIAL = "\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \u{1f608}\t\n";
const UNKNOWN = 2, DEADLINE_EXCEEDED = 4, UNIMPLEMENTED = 12;

const sizes = [31415, 9, 2653, 58979];
const large = { responseSize: 314159, payload: { body: new Uint8Array(271828) } };
const slow = [0, 400_000, 400_000].map((intervalUs) => ({ size: 5, intervalUs }));

// Each client as two functions: a call, whose outcome holds headers, messages with the time they came, trailers and status.
function connect(transport) {
  const clients = new Map([service, elsewhere].map((each) => [each, createClient(each, transport)]));
  return async (of, method, request, options = {}) => {
    const outcome = { messages: [], times: [], status: 0, message: "", headers: new Map(), trailers: new Map() };
    const began = performance.now();
    const took = (it) => {
      outcome.messages.push(it);
      outcome.times.push(performance.now() - began);
    };
    const call = {
      headers: options.headers,
      timeoutMs: options.timeout,
      onHeader: (headers) => headers.forEach((value, name) => outcome.headers.set(name, value)),
      onTrailer: (trailers) => trailers.forEach((value, name) => outcome.trailers.set(name, value)),
    };
    try {
      const answer = clients.get(of)[method](request, call);
      if (answer[Symbol.asyncIterator]) {
        for await (const it of answer) took(it);
      } else {
        took(await answer);
      }
    } catch (error) {
      const { code, rawMessage } = ConnectError.from(error);
      Object.assign(outcome, { status: code, message: rawMessage });
    }
    return outcome;
  };
}

function grpcWeb(base, format) {
  const client = new GrpcWebClientBase({ format });
  return (of, method, request, options = {}) =>
    new Promise((resolve) => {
      const kind = of.method[method];
      const streams = kind.methodKind === "server_streaming";
      const descriptor = new MethodDescriptor(
        `/${of.typeName}/${kind.name}`,
        streams ? MethodType.SERVER_STREAMING : MethodType.UNARY,
        Object, Object,
        (it) => toBinary(kind.input, create(kind.input, it)),
        (bytes) => fromBinary(kind.output, bytes),
      );
      const metadata = { ...options.headers };
      if (options.timeout) metadata.deadline = String(Date.now() + options.timeout);
      const outcome = { messages: [], times: [], status: 0, message: "", headers: new Map(), trailers: new Map() };
      const began = performance.now();
      const stream = streams
        ? client.serverStreaming(base + descriptor.getName(), request, metadata, descriptor)
        : client.rpcCall(base + descriptor.getName(), request, metadata, descriptor, (error, answer) => {
            if (error) return Object.assign(outcome, { status: error.code, message: error.message });
            outcome.messages.push(answer);
          });
      if (streams) {
        stream.on("data", (it) => {
          outcome.messages.push(it);
          outcome.times.push(performance.now() - began);
        });
        stream.on("error", (error) => Object.assign(outcome, { status: error.code, message: error.message }));
      }
      stream.on("metadata", (headers) => Object.entries(headers).forEach(([name, value]) => outcome.headers.set(name, value)));
      stream.on("status", ({ code, details, metadata: trailers }) => {
        if (code) Object.assign(outcome, { status: code, message: details });
        Object.entries(trailers ?? {}).forEach(([name, value]) => outcome.trailers.set(name, value));
      });
      const ended = () => setTimeout(() => resolve(outcome), 0);
      stream.on("end", ended);
      stream.on("error", ended);
    });
}

const received = (outcome) => outcome.messages.map((it) => it.payload.body.length);

const cases = {
  async empty_unary(call) {
    const { status, messages } = await call(service, "emptyCall", {});
    assert.deepEqual([status, messages.length], [0, 1]);
  },
  async large_unary(call) {
    assert.deepEqual(received(await call(service, "unaryCall", large)), [314159]);
  },
  async server_streaming(call) {
    const request = { responseParameters: sizes.map((size) => ({ size })) };
    const outcome = await call(service, "streamingOutputCall", request);
    assert.deepEqual([outcome.status, received(outcome)], [0, sizes]);
  },
  async empty_stream(call) {
    const { status, messages } = await call(service, "streamingOutputCall", {});
    assert.deepEqual([status, messages], [0, []]);
  },
  async messages_come_when_they_are_sent(call, { streams }) {
    if (!streams) return;
    const { times } = await call(service, "streamingOutputCall", { responseParameters: slow });
    assert.equal(times.length, 3);
    assert.ok(times[1] - times[0] > 200 && times[2] - times[1] > 200, `they came after ${times} ms`);
  },
  async custom_metadata(call) {
    const headers = { [INITIAL]: "test_initial_metadata_value", [TRAILING]: "q6ur" };
    const outcome = await call(service, "unaryCall", large, { headers });
    assert.deepEqual(received(outcome), [314159]);
    assert.equal(outcome.headers.get(INITIAL), "test_initial_metadata_value");
    assert.equal(outcome.trailers.get(TRAILING), "q6ur");
  },
  async status_code_and_message(call) {
    const request = { responseStatus: { code: UNKNOWN, message: "test status message" } };
    for (const method of ["unaryCall", "streamingOutputCall"]) {
      const { status, message } = await call(service, method, request);
      assert.deepEqual([status, message], [UNKNOWN, "test status message"]);
    }
  },
  async special_status_message(call) {
    const { status, message } = await call(service, "unaryCall", { responseStatus: { code: UNKNOWN, message: SPECIAL } });
    assert.equal(status, UNKNOWN);
    assert.ok([SPECIAL, encodeURIComponent(SPECIAL)].includes(message) || decodeURIComponent(message) === SPECIAL, message);
  },
  async unimplemented_method(call) {
    assert.equal((await call(service, "unimplementedCall", {})).status, UNIMPLEMENTED);
  },
  async refusals_of_the_gateway_have_a_status(call) {
    const { status, message } = await call(elsewhere, "unimplementedCall", {});
    assert.deepEqual([status, message], [UNIMPLEMENTED, "no API answers at this host and path"]);
  },
  async timeout_on_sleeping_server(call) {
    const request = { responseParameters: [{ size: 1, intervalUs: 3_000_000 }] };
    assert.equal((await call(service, "streamingOutputCall", request, { timeout: 200 })).status, DEADLINE_EXCEEDED);
  },
};

const ca = readFileSync(certificate);
// The certificate is of a name that leads elsewhere.
const nodeOptions = { ca, checkServerIdentity: () => undefined };
const clients = [
  ["Connect, HTTP/1.1", connect(overFetch({ baseUrl: `http://${http}` })), { streams: true }],
  ["Connect, HTTP/1.1 over TLS", connect(overNode({ baseUrl: `https://${https}`, httpVersion: "1.1", nodeOptions })), { streams: true }],
  ["Connect, HTTP/2 over TLS", connect(overNode({ baseUrl: `https://${https}`, httpVersion: "2", nodeOptions })), { streams: true }],
  // In its binary form it hands over streams at their end, and so does what stands in for a browser's requests in the other.
  ["gRPC's own, text", grpcWeb(`http://${http}`, "text"), { streams: false }],
  ["gRPC's own, binary", grpcWeb(`http://${http}`, "binary"), { streams: false }],
];

let failed = 0;
for (const [name, call, is] of clients) {
  let passed = 0;
  for (const [title, test] of Object.entries(cases)) {
    try {
      await test(call, is);
      passed += 1;
    } catch (error) {
      failed += 1;
      console.log(`FAILED ${title} (${name})`);
      console.log(error);
    }
  }
  console.log(`${passed} of ${Object.keys(cases).length} cases passed: ${name}`);
}
process.exit(failed ? 1 : 0);
