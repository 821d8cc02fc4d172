"""A service in HTTP/1.1 behind the gateway. Says `port N` when it is ready.

It answers as its paths say: see the table at the end.
"""

import asyncio
import base64
import hashlib
import signal

LARGE = bytes(range(256)) * 40960  # 10 MiB
asked = {}
broken_off = 0


class Request:
    def __init__(self, head, reader, writer):
        line, *fields = head.decode("latin-1").split("\r\n")
        self.method, self.path, _ = line.split(" ")
        self.fields = {name.lower(): value.strip() for name, value in (field.split(":", 1) for field in fields if field)}
        self.reader, self.writer, self.trailers = reader, writer, {}

    async def body(self):
        """Its pieces, as they come."""
        if "chunked" not in self.fields.get("transfer-encoding", ""):
            left = int(self.fields.get("content-length", 0))
            while left:
                piece = await self.reader.read(min(left, 65536))
                if not piece:
                    raise EOFError
                left -= len(piece)
                yield piece
            return
        while size := int((await self.reader.readuntil(b"\r\n")).split(b";")[0], 16):
            yield (await self.reader.readexactly(size + 2))[:-2]
        while (line := await self.reader.readuntil(b"\r\n")) != b"\r\n":
            name, value = line.decode().split(":", 1)
            self.trailers[name.lower()] = value.strip()

    def answer(self, content, fields=""):
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(content)}\r\n{fields}\r\n".encode()
        self.writer.write(head if self.method == "HEAD" else head + content)

    def begin(self, fields=""):
        self.writer.write(f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n{fields}\r\n".encode())

    def chunk(self, piece):
        self.writer.write(b"%x\r\n%b\r\n" % (len(piece), piece))


async def hello(request):
    request.answer(b"hello, world", "Content-Type: text/plain\r\n")


async def large(request):
    request.answer(LARGE)


async def echo(request):
    request.begin("Trailer: x-length, x-said\r\n")
    length = 0
    async for piece in request.body():
        length += len(piece)
        request.chunk(piece)
        await request.writer.drain()
    said = request.trailers.get("x-said", "nothing")
    request.writer.write(f"0\r\nx-length: {length}\r\nx-said: {said}\r\n\r\n".encode())


async def hints(request):
    request.writer.write(b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n")
    request.answer(b"hinted")


async def count(request):
    asked[request.path] = asked.get(request.path, 0) + 1
    request.answer(str(asked[request.path]).encode())


async def broken(request):
    request.answer(str(broken_off).encode())


async def socket(request):
    """WebSocket: one short message is sent back, then its close."""
    key = request.fields["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
    accept = base64.b64encode(hashlib.sha1(key.encode()).digest()).decode()
    request.writer.write(
        f"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n".encode()
    )
    for _ in range(2):
        kind, length = await request.reader.readexactly(2)
        mask = await request.reader.readexactly(4)
        masked = await request.reader.readexactly(length & 0x7F)
        request.writer.write(bytes([kind, len(masked)]) + bytes(b ^ mask[i % 4] for i, b in enumerate(masked)))
    return False


PATHS = {"hello": hello, "large": large, "echo": echo, "hints": hints, "count": count, "broken": broken, "socket": socket}


async def serve(reader, writer):
    global broken_off
    request = None
    try:
        while True:
            request = None
            request = Request((await reader.readuntil(b"\r\n\r\n"))[:-4], reader, writer)
            goes_on = await PATHS[request.path.split("/")[1]](request)
            await writer.drain()
            if goes_on is False:
                break
    except (EOFError, ConnectionError):
        if request:
            broken_off += 1
    finally:
        writer.close()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print("port", server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


signal.signal(signal.SIGPIPE, signal.SIG_DFL)
asyncio.run(main())
