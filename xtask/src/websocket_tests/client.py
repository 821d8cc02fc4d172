"""WebSockets by the package `websockets`, asked at a service directly and through a gateway: both must come to the same.

client.py SERVICE HTTP HTTPS CERTIFICATE [PART-OF-A-NAME], addresses as HOST:PORT
"""

import asyncio
import ssl
import sys

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, NegotiationError

PATIENCE = 20
CASES = {}


def case(name):
    def keep(function):
        CASES[name] = function
        return function

    return keep


async def exchanged(open, messages, path="/echo", **options):
    async with open(path, **options) as socket:
        back = []
        for message in messages:
            await socket.send(message)
            back.append(await socket.recv())
        return back, socket.response.headers.get("Sec-WebSocket-Extensions")


@case("text in every length of a frame's head")
async def text(open):
    return await exchanged(open, ["", "é" * 10, "x" * 125, "x" * 126, "x" * 65535, "x" * 65536], compression=None)


@case("bytes in every length of a frame's head")
async def binary(open):
    return await exchanged(open, [bytes(n) for n in (0, 1, 125, 126, 65535, 65536)], compression=None)


@case("a message of 16 MiB")
async def large(open):
    [back], _ = await exchanged(open, [bytes(range(256)) * (64 << 10)], compression=None)
    return len(back), back[:256] == bytes(range(256))


@case("compressed messages (permessage-deflate)")
async def deflated(open):
    return await exchanged(open, ["x" * 100_000, "y", "x" * 100_000])


@case("a message in frames, both ways")
async def fragments(open):
    async with open("/pieces", compression=None) as socket:
        await socket.send(["or", "der", "", "s"])
        return [piece async for piece in socket.recv_streaming()]


@case("pings of the client, between the frames of a message too")
async def pings(open):
    async with open("/echo", compression=None) as socket:
        pong = await socket.ping(b"one")

        async def parts():
            yield "a"
            await (await socket.ping(b"two"))
            yield "b"

        await socket.send(parts())
        back = await socket.recv()
        return back, await pong >= 0


@case("pings of the service")
async def pinged(open):
    async with open("/ping", compression=None) as socket:
        return await socket.recv()


@case("close codes and reasons of the service")
async def closed(open):
    seen = []
    for code, reason in [(1000, ""), (1001, "away"), (1011, "é"), (3000, "x" * 100), (4999, "last")]:
        async with open("/close", compression=None) as socket:
            await socket.send(f"{code} {reason}")
            try:
                await socket.recv()
            except ConnectionClosed as end:
                seen.append((end.rcvd.code, end.rcvd.reason, end.sent.code))
    return seen


@case("a close of the client is answered")
async def closing(open):
    async with open("/echo", compression=None) as socket:
        await socket.close(4001, "done")
        return socket.close_code, socket.close_reason


@case("a service that is gone without a word")
async def aborted(open):
    async with open("/abort", compression=None) as socket:
        await socket.send("go")
        try:
            await socket.recv()
        except ConnectionClosed as end:
            return end.rcvd is None


@case("a client that is gone without a word leaves the service to others")
async def left(open):
    for _ in range(50):
        socket = await open("/echo", compression=None)
        await socket.send("x")
        socket.transport.abort()
    return await exchanged(open, ["still there"], compression=None)


@case("a reader that is slow gets all of it")
async def slow(open):
    async with open("/flood", compression=None, max_queue=1) as socket:
        await asyncio.sleep(0.5)
        return sum([len(message) async for message in socket])


@case("subprotocol, cookie, origin and query reach the service")
async def handshake(open):
    options = {"subprotocols": ["v1.orders", "v9.orders"], "origin": "https://shop.example.com"}
    async with open("/told?n=%20a&b", additional_headers={"Cookie": "a=b"}, **options) as socket:
        return await socket.recv(), socket.subprotocol


@case("no subprotocol in common")
async def disagreed(open):
    try:
        async with open("/echo", subprotocols=["v9.orders"]) as socket:
            return socket.subprotocol
    except (InvalidStatus, NegotiationError) as refused:
        return type(refused).__name__, getattr(getattr(refused, "response", None), "status_code", None)


@case("a handshake that the service refuses")
async def refused(open):
    try:
        async with open("/nothing"):
            return "opened"
    except InvalidStatus as answer:
        return answer.response.status_code, answer.response.body


@case("text that is not UTF-8 is told by the service")
async def malformed(open):
    async with open("/echo", compression=None) as socket:
        # The one frame: text, two bytes that begin nothing, masked by zeros.
        socket.transport.write(b"\x81\x82\x00\x00\x00\x00\xff\xfe")
        try:
            await socket.recv()
        except ConnectionClosed as end:
            return end.rcvd.code


@case("200 sockets at a time")
async def many(open):
    async def one(number):
        back, _ = await exchanged(open, [str(number)] * 5, compression=None)
        return back == [str(number)] * 5

    return all(await asyncio.gather(*(one(number) for number in range(200))))


async def main():
    service, http, https, certificate, *part = sys.argv[1:]
    trusting = ssl.create_default_context(cafile=certificate)

    def opener(url, **always):
        return lambda path, **options: connect(
            url + path, max_size=32 << 20, ping_interval=None, open_timeout=PATIENCE, proxy=None, **always, **options
        )

    direct = opener(f"ws://{service}")
    ways = {"HTTP": opener(f"ws://{http}"), "TLS": opener(f"wss://{https}", ssl=trusting, server_hostname="websocket.test")}
    failed = 0
    for name, run in CASES.items():
        if part and part[0] not in name:
            continue
        wanted = await asyncio.wait_for(run(direct), PATIENCE)
        for way, open in ways.items():
            try:
                got = await asyncio.wait_for(run(open), PATIENCE)
                why = None if got == wanted else f"{str(got)[:300]} instead of {str(wanted)[:300]}"
            except Exception as error:  # What goes wrong in a case is its outcome.
                why = repr(error)[:600]
            failed += why is not None
            print(f"{'passed' if why is None else 'FAILED'}  {way:4}  {name}{f': {why}' if why else ''}")
    if failed:
        raise SystemExit(f"{failed} did not come to what they come to without a gateway")


asyncio.run(main())
