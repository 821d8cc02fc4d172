"""The service of the public interoperability tests of gRPC, without TLS and with it.

Usage: server.py CERTIFICATE KEY
Says `ports PLAIN TLS` when it serves, and ends with its standard input.
"""

import concurrent.futures
import gzip
import sys
import time

import grpc

protos, services = grpc.protos_and_services("interop.proto")

# With these the service is handed messages as they came, so that it sees which are compressed.
AS_THEY_COME = [("grpc.per_message_decompression", 0)]
INITIAL, TRAILING = "x-grpc-test-echo-initial", "x-grpc-test-echo-trailing-bin"


class Came:
    """A message, and whether it came compressed."""

    def __init__(self, kind, message):
        # No message in Protobuf begins with these two bytes; all that is compressed by gzip does.
        self.compressed = message.startswith(b"\x1f\x8b")
        self.message = kind.FromString(gzip.decompress(message) if self.compressed else message)


def reads(kind):
    return lambda message: Came(kind, message)


def payload(size):
    return protos.Payload(body=bytes(size))


def echo_metadata(context):
    metadata = dict(context.invocation_metadata())
    if INITIAL in metadata:
        context.send_initial_metadata([(INITIAL, metadata[INITIAL])])
    return [(TRAILING, metadata[TRAILING])] if TRAILING in metadata else []


def end_as_told(request, context):
    if not request.HasField("response_status"):
        return
    told = request.response_status
    code = next((code for code in grpc.StatusCode if code.value[0] == told.code), grpc.StatusCode.UNKNOWN)
    context.abort(code, told.message)


def expect_compression(came, context):
    request = came.message
    if request.HasField("expect_compressed") and request.expect_compressed.value != came.compressed:
        context.abort(grpc.StatusCode.INVALID_ARGUMENT, "the message is not compressed as it should be")


def empty_call(_, context):
    return protos.Empty()


def unary_call(came, context):
    request = came.message
    expect_compression(came, context)
    context.set_trailing_metadata(echo_metadata(context))
    if request.HasField("response_compressed"):
        context.set_compression(grpc.Compression.Gzip)
        if not request.response_compressed.value:
            context.disable_next_message_compression()
    end_as_told(request, context)
    return protos.SimpleResponse(payload=payload(request.response_size))


def cacheable_unary_call(_, context):
    context.send_initial_metadata([("cache-control", "max-age=60, public")])
    return protos.SimpleResponse(payload=protos.Payload(body=str(time.time_ns()).encode()))


def parts(request, context):
    for parameters in request.response_parameters:
        time.sleep(parameters.interval_us / 1e6)
        if parameters.HasField("compressed") and not parameters.compressed.value:
            context.disable_next_message_compression()
        yield protos.StreamingOutputCallResponse(payload=payload(parameters.size))


def streaming_output_call(came, context):
    request = came.message
    end_as_told(request, context)
    if any(parameters.HasField("compressed") for parameters in request.response_parameters):
        context.set_compression(grpc.Compression.Gzip)
    yield from parts(request, context)


def streaming_input_call(all_that_came, context):
    size = 0
    for came in all_that_came:
        expect_compression(came, context)
        size += len(came.message.payload.body)
    return protos.StreamingInputCallResponse(aggregated_payload_size=size)


def full_duplex_call(all_that_came, context):
    context.set_trailing_metadata(echo_metadata(context))
    for came in all_that_came:
        end_as_told(came.message, context)
        yield from parts(came.message, context)


def handlers():
    simple, output = protos.SimpleRequest, protos.StreamingOutputCallRequest
    kinds = {
        "EmptyCall": (grpc.unary_unary_rpc_method_handler, empty_call, protos.Empty, protos.Empty),
        "UnaryCall": (grpc.unary_unary_rpc_method_handler, unary_call, simple, protos.SimpleResponse),
        "CacheableUnaryCall": (
            grpc.unary_unary_rpc_method_handler, cacheable_unary_call, simple, protos.SimpleResponse
        ),
        "StreamingOutputCall": (
            grpc.unary_stream_rpc_method_handler, streaming_output_call, output, protos.StreamingOutputCallResponse
        ),
        "StreamingInputCall": (
            grpc.stream_unary_rpc_method_handler, streaming_input_call,
            protos.StreamingInputCallRequest, protos.StreamingInputCallResponse,
        ),
        "FullDuplexCall": (
            grpc.stream_stream_rpc_method_handler, full_duplex_call, output, protos.StreamingOutputCallResponse
        ),
    }
    made = {
        name: handler(call, request_deserializer=reads(kind), response_serializer=answer.SerializeToString)
        for name, (handler, call, kind, answer) in kinds.items()
    }
    return grpc.method_handlers_generic_handler("grpc.testing.TestService", made)


def main():
    certificate, key = (open(path, "rb").read() for path in sys.argv[1:])
    server = grpc.server(concurrent.futures.ThreadPoolExecutor(64), options=AS_THEY_COME)
    server.add_generic_rpc_handlers([handlers()])
    plain = server.add_insecure_port("127.0.0.1:0")
    tls = server.add_secure_port("127.0.0.1:0", grpc.ssl_server_credentials([(key, certificate)]))
    server.start()
    print("ports", plain, tls, flush=True)
    sys.stdin.read()
    server.stop(None)


if __name__ == "__main__":
    main()
