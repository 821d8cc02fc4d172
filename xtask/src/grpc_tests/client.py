"""The public interoperability tests of gRPC (grpc/doc/interop-test-descriptions.md), as a client of a gateway.

Usage: client.py ADDRESS AUTHORITY plain|CERTIFICATE [CASE]
Says how each case ended, and fails if one did not pass.
"""

import gzip
import os
import queue
import sys
import time
import traceback

import grpc

protos, services = grpc.protos_and_services("interop.proto")

INITIAL, TRAILING = "x-grpc-test-echo-initial", "x-grpc-test-echo-trailing-bin"
INITIAL_VALUE, TRAILING_VALUE = "test_initial_metadata_value", b"\xab\xab\xab"
METADATA = [(INITIAL, INITIAL_VALUE), (TRAILING, TRAILING_VALUE)]
PATIENCE = 30


def main():
    address, authority, trust = sys.argv[1:4]
    only = sys.argv[4] if len(sys.argv) > 4 else None
    failed = 0
    cases = {name: case for name, case in CASES.items() if only is None or only in name}
    with connect(address, authority, trust) as channel:
        stub = services.TestServiceStub(channel)
        for name, case in cases.items():
            try:
                case(stub, channel, lambda **more: connect(address, authority, trust, **more))
                print("passed", name)
            except Exception:
                failed += 1
                print("FAILED", name)
                traceback.print_exc()
    print(f"{len(cases) - failed} of {len(cases)} cases passed: {authority}", "over TLS" if trust != "plain" else "")
    sys.exit(1 if failed or not cases else 0)


def connect(address, authority, trust, **more):
    # A subchannel of its own, so that what one case does to its connection is nothing to others.
    options = [("grpc.default_authority", authority), ("grpc.use_local_subchannel_pool", 1), *more.items()]
    options = [(name.replace("__", "."), value) for name, value in options]
    if trust == "plain":
        return grpc.insecure_channel(address, options=options)
    credentials = grpc.ssl_channel_credentials(open(trust, "rb").read())
    options.append(("grpc.ssl_target_name_override", authority))
    return grpc.secure_channel(address, credentials, options=options)


def equal(got, expected):
    assert got == expected, f"{got!r} is not {expected!r}"


def fails(call, code, message=None):
    try:
        call()
    except grpc.RpcError as error:
        equal(error.code(), code)
        if message is not None:
            equal(error.details(), message)
        return
    raise AssertionError(f"the call did not end with {code}")


def payload(size):
    return protos.Payload(body=bytes(size))


def large():
    return protos.SimpleRequest(response_size=314159, payload=payload(271828))


def output(*sizes, **more):
    parameters = [protos.ResponseParameters(size=size) for size in sizes]
    return protos.StreamingOutputCallRequest(response_parameters=parameters, **more)


def sizes(answers):
    return [len(answer.payload.body) for answer in answers]


class Talk:
    """The requests of a stream, each sent when it is said."""

    def __init__(self):
        self.said = queue.Queue()

    def say(self, message):
        self.said.put(message)

    def end(self):
        self.said.put(None)

    def __iter__(self):
        return iter(self.said.get, None)


def empty_unary(stub, *_):
    equal(stub.EmptyCall(protos.Empty(), timeout=PATIENCE), protos.Empty())


def large_unary(stub, *_):
    equal(stub.UnaryCall(large(), timeout=PATIENCE).payload.body, bytes(314159))


def concurrent_large_unary(stub, *_):
    # More than a connection carries at a time, so that some wait for others.
    for call in [stub.UnaryCall.future(large(), timeout=4 * PATIENCE) for _ in range(400)]:
        equal(len(call.result().payload.body), 314159)


def client_compressed_unary(stub, *_):
    def call(expected, compression):
        request = large()
        request.expect_compressed.value = expected
        return stub.UnaryCall(request, timeout=PATIENCE, compression=compression)

    fails(lambda: call(True, None), grpc.StatusCode.INVALID_ARGUMENT)
    equal(len(call(True, grpc.Compression.Gzip).payload.body), 314159)
    equal(len(call(False, None).payload.body), 314159)


def raw(message):
    """A message as it came, and whether it was compressed: as a client sees it that does not decompress."""
    is_compressed = message.startswith(b"\x1f\x8b")
    return is_compressed, gzip.decompress(message) if is_compressed else message


def server_compressed_unary(_, __, connect):
    with connect(grpc__per_message_decompression=0) as channel:
        call = channel.unary_unary(
            "/grpc.testing.TestService/UnaryCall", protos.SimpleRequest.SerializeToString, raw
        )
        for asked in (True, False):
            request = large()
            request.response_compressed.value = asked
            is_compressed, message = call(request, timeout=PATIENCE)
            equal(is_compressed, asked)
            equal(len(protos.SimpleResponse.FromString(message).payload.body), 314159)


def client_streaming(stub, *_):
    messages = [protos.StreamingInputCallRequest(payload=payload(size)) for size in (27182, 8, 1828, 45904)]
    equal(stub.StreamingInputCall(iter(messages), timeout=PATIENCE).aggregated_payload_size, 74922)


def client_compressed_streaming(stub, *_):
    def message(body, expected):
        message = protos.StreamingInputCallRequest(payload=protos.Payload(body=body))
        message.expect_compressed.value = expected
        return message

    probe = [message(bytes(27182), True)]
    fails(
        lambda: stub.StreamingInputCall(iter(probe), timeout=PATIENCE), grpc.StatusCode.INVALID_ARGUMENT
    )
    # What gets no smaller is sent as it is: the second message of this call is not compressed.
    messages = [message(bytes(27182), True), message(os.urandom(45904), False)]
    answer = stub.StreamingInputCall(iter(messages), timeout=PATIENCE, compression=grpc.Compression.Gzip)
    equal(answer.aggregated_payload_size, 73086)


def server_streaming(stub, *_):
    expected = [31415, 9, 2653, 58979]
    equal(sizes(stub.StreamingOutputCall(output(*expected), timeout=PATIENCE)), expected)


def server_compressed_streaming(_, __, connect):
    request = output(31415, 92653)
    request.response_parameters[0].compressed.value = True
    request.response_parameters[1].compressed.value = False
    with connect(grpc__per_message_decompression=0) as channel:
        call = channel.unary_stream(
            "/grpc.testing.TestService/StreamingOutputCall",
            protos.StreamingOutputCallRequest.SerializeToString,
            raw,
        )
        answers = list(call(request, timeout=PATIENCE))
    equal([is_compressed for is_compressed, _ in answers], [True, False])
    equal(sizes(protos.StreamingOutputCallResponse.FromString(m) for _, m in answers), [31415, 92653])


def ping_pong(stub, *_):
    talk = Talk()
    answers = stub.FullDuplexCall(iter(talk), timeout=PATIENCE)
    for size, body in ((31415, 27182), (9, 8), (2653, 1828), (58979, 45904)):
        talk.say(output(size, payload=payload(body)))
        equal(len(next(answers).payload.body), size)
    talk.end()
    equal(list(answers), [])


def empty_stream(stub, *_):
    equal(list(stub.FullDuplexCall(iter(()), timeout=PATIENCE)), [])


def custom_metadata(stub, *_):
    unary = stub.UnaryCall.future(large(), metadata=METADATA, timeout=PATIENCE)
    equal(len(unary.result().payload.body), 314159)
    request = output(314159, payload=payload(271828))
    duplex = stub.FullDuplexCall(iter([request]), metadata=METADATA, timeout=PATIENCE)
    equal(sizes(duplex), [314159])
    for call in (unary, duplex):
        equal(dict(call.initial_metadata()).get(INITIAL), INITIAL_VALUE)
        equal(dict(call.trailing_metadata()).get(TRAILING), TRAILING_VALUE)


def status_of_both_kinds(stub, code, message):
    status = protos.EchoStatus(code=code.value[0], message=message)
    fails(
        lambda: stub.UnaryCall(protos.SimpleRequest(response_status=status), timeout=PATIENCE), code, message
    )
    request = protos.StreamingOutputCallRequest(response_status=status)
    fails(lambda: list(stub.FullDuplexCall(iter([request]), timeout=PATIENCE)), code, message)


def status_code_and_message(stub, *_):
    status_of_both_kinds(stub, grpc.StatusCode.UNKNOWN, "test status message")


def special_status_message(stub, *_):
    message = "\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \U0001f608\t\n"
    status_of_both_kinds(stub, grpc.StatusCode.UNKNOWN, message)


def unimplemented_method(stub, *_):
    fails(
        lambda: stub.UnimplementedCall(protos.Empty(), timeout=PATIENCE), grpc.StatusCode.UNIMPLEMENTED
    )


def unimplemented_service(_, channel, __):
    stub = services.UnimplementedServiceStub(channel)
    fails(
        lambda: stub.UnimplementedCall(protos.Empty(), timeout=PATIENCE), grpc.StatusCode.UNIMPLEMENTED
    )


def cancel_after_begin(stub, *_):
    talk = Talk()
    call = stub.StreamingInputCall.future(iter(talk), timeout=PATIENCE)
    call.cancel()
    talk.end()
    equal(call.code(), grpc.StatusCode.CANCELLED)


def cancel_after_first_response(stub, *_):
    talk = Talk()
    talk.say(output(31415, payload=payload(27182)))
    answers = stub.FullDuplexCall(iter(talk), timeout=PATIENCE)
    equal(len(next(answers).payload.body), 31415)
    answers.cancel()
    talk.end()
    fails(lambda: list(answers), grpc.StatusCode.CANCELLED)


def timeout_on_sleeping_server(stub, *_):
    talk = Talk()
    # The service takes longer to answer this than the client waits, wherever the time is kept.
    request = output(1, payload=payload(27182))
    request.response_parameters[0].interval_us = 5_000_000
    talk.say(request)
    for wait in (0.001, 0.2):
        fails(lambda: list(stub.FullDuplexCall(iter(talk), timeout=wait)), grpc.StatusCode.DEADLINE_EXCEEDED)
        talk.say(request)
    talk.end()


def rpc_soak(stub, *_):
    began = time.monotonic()
    for _ in range(100):
        equal(len(stub.UnaryCall(large(), timeout=PATIENCE).payload.body), 314159)
    assert time.monotonic() - began < PATIENCE, "100 calls took too long"


def channel_soak(_, __, connect):
    for _ in range(10):
        with connect() as channel:
            answer = services.TestServiceStub(channel).UnaryCall(large(), timeout=PATIENCE)
            equal(len(answer.payload.body), 314159)


def cacheable_unary(stub, *_):
    # gRPC sends POST alone by now, which no cache answers: each call has an answer of its own, whatever it says of caching.
    request = protos.SimpleRequest(payload=protos.Payload(body=str(time.time_ns()).encode()))
    answers = []
    for _ in range(2):
        answer, call = stub.CacheableUnaryCall.with_call(
            request, metadata=[("x-user-ip", "1.2.3.4")], timeout=PATIENCE
        )
        equal(dict(call.initial_metadata()).get("cache-control"), "max-age=60, public")
        answers.append(answer.payload.body)
    assert answers[0] != answers[1], "an answer to POST was used again"


CASES = {
    case.__name__: case
    for case in (
        empty_unary, large_unary, concurrent_large_unary, client_compressed_unary, server_compressed_unary,
        client_streaming, client_compressed_streaming, server_streaming, server_compressed_streaming, ping_pong,
        empty_stream, custom_metadata, status_code_and_message, special_status_message, unimplemented_method,
        unimplemented_service, cancel_after_begin, cancel_after_first_response, timeout_on_sleeping_server,
        rpc_soak, channel_soak, cacheable_unary,
    )
}

if __name__ == "__main__":
    main()
