"""Changes a running platform while WebSockets are open through its gateway, and says what happened as one line of JSON.

changes.py GATEWAY ADMIN TOKEN CHANGES PER_SECOND SOCKETS LISTENER

Each change is a PUT of one route at the admin API. After it was acknowledged the route is asked for, and has to answer what the
change said. Every tenth change adds or removes a listener, which is asked too.
"""

import asyncio
import json
import sys
import time

(GATEWAY, ADMIN, TOKEN) = sys.argv[1:4]
(CHANGES, PER_SECOND, SOCKETS) = map(int, sys.argv[4:7])
LISTENER = sys.argv[7]
GATEWAY_ADDR = GATEWAY.split(":")
HELLO = (
    "GET /ws HTTP/1.1\r\nHost: bench\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
).encode()


class Http:
    """One connection that stays open."""

    def __init__(self, addr):
        self.addr = addr

    async def open(self):
        host, port = self.addr.split(":")
        self.reader, self.writer = await asyncio.open_connection(host, int(port))

    async def ask(self, method, path, body=b"", headers=""):
        head = f"{method} {path} HTTP/1.1\r\nHost: {self.addr}\r\nContent-Length: {len(body)}\r\n{headers}\r\n"
        self.writer.write(head.encode() + body)
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        status = int(head.split(" ", 2)[1])
        length = next((int(l.split(":")[1]) for l in head.split("\r\n") if l.startswith("content-length:")), 0)
        return status, await self.reader.readexactly(length)


async def put(admin, kind, name, document):
    body = json.dumps(document).encode()
    headers = f"Authorization: Bearer {TOKEN}\r\nContent-Type: application/json\r\n"
    status, answer = await admin.ask("PUT", f"/api/v1/{kind}/{name}", body, headers)
    if status not in (200, 201):
        raise SystemExit(f"PUT {kind}/{name}: {status} {answer[:500]}")


def route(version):
    """A route whose answer tells which change made it."""
    answer = {"respond": {"status": 200, "body": str(version)}}
    return {"kind": "route", "name": "changing", "match": {"path": "/changing"}, "upstream": "bench", "policies": [answer]}


def listeners(extra):
    others = [{"name": "other", "address": LISTENER}] if extra else []
    return {"kind": "gateway", "name": "default", "listeners": others}


class Socket:
    def __init__(self):
        self.count = 0

    async def open(self):
        self.reader, self.writer = await asyncio.open_connection(*GATEWAY_ADDR)
        self.writer.write(HELLO)
        head = await self.reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 101 "):
            raise SystemExit(f"a WebSocket was refused: {head!r}")

    async def echo(self):
        sent = self.count.to_bytes(8, "big")
        self.writer.write(sent)
        if await self.reader.readexactly(8) != sent:
            raise SystemExit("a WebSocket answered something else")
        self.count += 1


async def use(sockets, stop):
    """Bytes on every socket, over and over, so that one that has ended is noticed."""
    while not stop.is_set():
        for socket in sockets:
            await socket.echo()
            await asyncio.sleep(0.001)


async def main():
    sockets = [Socket() for _ in range(SOCKETS)]
    for at in range(0, SOCKETS, 100):
        await asyncio.gather(*(socket.open() for socket in sockets[at : at + 100]))
    admin, client = Http(ADMIN), Http(GATEWAY)
    await admin.open()
    await put(admin, "routes", "changing", route(0))
    await client.open()
    print("ready", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    stop = asyncio.Event()
    using = asyncio.create_task(use(sockets, stop))
    took, late, stale = [], 0, 0
    extra = False
    began = time.monotonic()
    for number in range(1, CHANGES + 1):
        due = began + number / PER_SECOND
        now = time.monotonic()
        late += now > due + 1
        await asyncio.sleep(max(0, due - now))
        asked = time.monotonic()
        if number % 10 == 0:
            extra = not extra
            await put(admin, "gateways", "default", listeners(extra))
            took.append(time.monotonic() - asked)
            if extra:
                other = Http(LISTENER)
                await other.open()
                status, _ = await other.ask("GET", "/changing")
                stale += status != 200
            continue
        await put(admin, "routes", "changing", route(number))
        took.append(time.monotonic() - asked)
        status, body = await client.ask("GET", "/changing")
        stale += (status, body) != (200, str(number).encode())
    in_all = time.monotonic() - began
    stop.set()
    await using
    await asyncio.gather(*(socket.echo() for socket in sockets))
    took.sort()
    at = lambda share: round(took[min(len(took) - 1, int(len(took) * share))] * 1000, 2)
    print(
        json.dumps(
            {
                "changes": len(took),
                "per_second": round(len(took) / in_all, 1),
                "late": late,
                "p50_ms": at(0.5),
                "p99_ms": at(0.99),
                "stale": stale,
                "sockets": len(sockets),
                "echoes": sum(socket.count for socket in sockets),
            }
        ),
        flush=True,
    )


asyncio.run(main())
