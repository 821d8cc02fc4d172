"""A service of WebSockets by the package `websockets`: what it is told to do at the path it is asked at. Prints its port."""

import asyncio

from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed, NegotiationError


async def echo(socket):
    async for message in socket:
        await socket.send(message)


async def pieces(socket):
    """Sends each message back in frames of their own."""
    async for message in socket:
        half = len(message) // 2
        await socket.send([message[:half], message[half:]])


async def close(socket):
    """Closes with what the first message says: a code and a reason."""
    code, _, reason = (await socket.recv()).partition(" ")
    await socket.close(int(code), reason)


async def abort(socket):
    """Is gone without a word."""
    await socket.recv()
    socket.transport.abort()


async def flood(socket):
    """More than any buffer holds, as fast as it is taken."""
    for _ in range(256):
        await socket.send(bytes(64 << 10))
    await socket.close()


async def ping(socket):
    """Asks whether the client is there, and says what came of it."""
    took = await asyncio.wait_for(await socket.ping(b"there?"), 5)
    await socket.send("pong" if took >= 0 else "none")
    await echo(socket)


async def told(socket):
    """What the service learned of the handshake."""
    head = socket.request.headers
    await socket.send(f"{socket.subprotocol} {head.get('Cookie')} {head.get('Origin')} {socket.request.path}")
    await echo(socket)


ALL = {"/echo": echo, "/pieces": pieces, "/close": close, "/abort": abort, "/flood": flood, "/ping": ping, "/told": told}


async def answer(socket):
    try:
        await ALL[socket.request.path.partition("?")[0]](socket)
    except ConnectionClosed:
        pass


def refuse(connection, request):
    if request.path.partition("?")[0] not in ALL:
        return connection.respond(404, "there is no such socket\n")
    return None


def subprotocol(_, offered):
    if "v9.orders" in offered and len(offered) == 1:
        raise NegotiationError("no such subprotocol")
    return next((name for name in ("v2.orders", "v1.orders") if name in offered), None)


async def main():
    options = {"process_request": refuse, "select_subprotocol": subprotocol, "max_size": 32 << 20, "ping_interval": None}
    serving = serve(answer, "127.0.0.1", 0, **options)
    async with serving as server:
        print(f"port {server.sockets[0].getsockname()[1]}", flush=True)
        await asyncio.get_running_loop().create_future()


asyncio.run(main())
