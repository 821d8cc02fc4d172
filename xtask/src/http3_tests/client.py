"""HTTP/3 as aioquic speaks it, to a gateway with `server.py` behind it.

usage: client.py ADDRESS PROCESS CERTIFICATE.pem [CASE]

PROCESS is the gateway's, which the last case asks to end. Where CASE is said, the cases run whose name it is in.
"""

import asyncio
import os
import signal
import sys
from contextlib import asynccontextmanager

from aioquic.asyncio.protocol import QuicConnectionProtocol
from aioquic.buffer import Buffer, BufferReadError
from aioquic.h3.connection import ErrorCode, FrameType, H3Connection, Setting, encode_frame
from aioquic.h3.events import DataReceived, HeadersReceived
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.connection import QuicConnection
from aioquic.quic.events import ConnectionTerminated, HandshakeCompleted, StopSendingReceived, StreamDataReceived, StreamReset

address, process, certificate = sys.argv[1:4]
host, port = address.rsplit(":", 1)
NAME = "http3.test"
PATIENCE = 20
LARGE = bytes(range(256)) * 40960
# More streams than there are, which GOAWAY says first (RFC 9114 §5.2).
NO_LAST = (1 << 62) - 4


class Exchange:
    """A request and its answer, as far as it has come."""

    def __init__(self):
        self.interim, self.head, self.body, self.trailers = [], None, bytearray(), None
        self.is_over, self.reset, self.stopped = False, None, None

    @property
    def status(self):
        return self.head and int(self.head[":status"])


class Http(H3Connection):
    """Knows that an answer to HEAD says a length and has no content, as aioquic does not."""

    heads = frozenset()

    def _check_content_length(self, stream):
        if stream.stream_id not in self.heads:
            super()._check_content_length(stream)


class Client(QuicConnectionProtocol):
    def __init__(self, quic):
        super().__init__(quic)
        self.http = Http(quic)
        self.exchanges, self.handshake, self.end = {}, None, None
        self.one_way, self.tickets = {}, []
        self.changed = asyncio.Condition()

    def quic_event_received(self, event):
        exchange = self.exchanges.get(getattr(event, "stream_id", None))
        match event:
            case HandshakeCompleted():
                self.handshake = event
            case ConnectionTerminated():
                self.end = event
            case StreamReset() if exchange:
                exchange.reset, exchange.is_over = event.error_code, True
            case StopSendingReceived() if exchange:
                exchange.stopped = event.error_code
            case StreamDataReceived() if event.stream_id % 4 == 3:
                self.one_way[event.stream_id] = self.one_way.get(event.stream_id, b"") + event.data
        for event in self.http.handle_event(event):
            exchange = self.exchanges[event.stream_id]
            match event:
                case HeadersReceived() if exchange.head:
                    exchange.trailers = text(event.headers)
                case HeadersReceived():
                    head = text(event.headers)
                    if head[":status"].startswith("1"):
                        exchange.interim.append(head)
                    else:
                        exchange.head = head
                case DataReceived():
                    exchange.body += event.data
            exchange.is_over |= event.stream_ended
        asyncio.ensure_future(self._tell())

    async def _tell(self):
        async with self.changed:
            self.changed.notify_all()

    async def until(self, what):
        async with self.changed:
            await self.changed.wait_for(lambda: self.end or what())
        assert what(), f"the connection ended: {self.end}"

    def goaways(self):
        """What the gateway's control stream says of its last stream. aioquic reads over it."""
        said = []
        for stream in self.one_way.values():
            buffer = Buffer(data=stream)
            try:
                if buffer.pull_uint_var() != 0:
                    continue
                while not buffer.eof():
                    kind, content = buffer.pull_uint_var(), buffer.pull_bytes(buffer.pull_uint_var())
                    if kind == FrameType.GOAWAY:
                        said.append(Buffer(data=content).pull_uint_var())
            except BufferReadError:
                continue
        return said

    def open(self, fields, body=b"", ends=True):
        """Sends a request; its stream, and what comes of it."""
        stream = self._quic.get_next_available_stream_id()
        self.exchanges[stream] = exchange = Exchange()
        if (b":method", b"HEAD") in fields:
            self.http.heads |= {stream}
        self.http.send_headers(stream, fields, end_stream=ends and not body)
        if body:
            self.http.send_data(stream, body, end_stream=ends)
        self.transmit()
        return stream, exchange

    def send(self, stream, piece, ends):
        self.http.send_data(stream, piece, end_stream=ends)
        self.transmit()

    def send_raw(self, data, ends=True):
        """A stream of these very bytes."""
        stream = self._quic.get_next_available_stream_id()
        self.exchanges[stream] = exchange = Exchange()
        self._quic.send_stream_data(stream, data, end_stream=ends)
        self.transmit()
        return exchange

    async def ask(self, fields, body=b""):
        _, exchange = self.open(fields, body)
        await self.until(lambda: exchange.is_over)
        return exchange

    async def get(self, path, method="GET"):
        return await self.ask(head(method, path))

    async def still_answers(self):
        exchange = await self.get("/hello")
        same((exchange.status, exchange.body), (200, b"hello, world"))


def text(fields):
    return {name.decode(): value.decode() for name, value in fields}


def head(method, path, *more):
    pseudo = [(":method", method), (":scheme", "https"), (":authority", NAME), (":path", path)]
    return [(name.encode(), value.encode()) for name, value in [*pseudo, *more]]


def same(got, expected):
    assert got == expected, f"{got!r}, not {expected!r}"


async def start(*, early=None, **settings):
    """A connection that begins; what `early` sends goes out with the first packet."""
    configuration = QuicConfiguration(alpn_protocols=settings.pop("alpn", ["h3"]), server_name=NAME, **settings)
    configuration.load_verify_locations(certificate)
    tickets = []
    quic = QuicConnection(configuration=configuration, session_ticket_handler=tickets.append)
    loop = asyncio.get_running_loop()
    transport, client = await loop.create_datagram_endpoint(lambda: Client(quic), local_addr=("127.0.0.1", 0))
    client.tickets = tickets
    client.connect((host, int(port)), transmit=early is None)
    sent = early and early(client)
    return client, transport, sent


@asynccontextmanager
async def connected(**settings):
    client, transport, _ = await start(**settings)
    try:
        await client.until(lambda: client.handshake)
        yield client
    finally:
        client.close()
        transport.close()


CASES = {}


def case(name):
    def add(check):
        CASES[name] = check

    return add


def with_connection(name, **settings):
    def add(check):
        async def run():
            async with connected(**settings) as client:
                await check(client)

        CASES[name] = run

    return add


@with_connection("GET has its answer's status, fields and content")
async def _(client):
    exchange = await client.get("/hello")
    same((exchange.status, exchange.body), (200, b"hello, world"))
    same((exchange.head["content-type"], exchange.head["content-length"]), ("text/plain", "12"))
    same((client.handshake.alpn_protocol, exchange.trailers), ("h3", None))


@with_connection("HEAD has the length and no content")
async def _(client):
    exchange = await client.get("/hello", "HEAD")
    same((exchange.status, exchange.body, exchange.head["content-length"]), (200, b"", "12"))


@with_connection("POST of 1 MiB comes back whole")
async def _(client):
    body = os.urandom(1 << 20)
    exchange = await client.ask(head("POST", "/echo", ("content-length", str(len(body)))), body)
    same((exchange.status, exchange.body == body, exchange.trailers["x-length"]), (200, True, str(len(body))))


@with_connection("10 MiB come as windows allow that begin small", max_data=96 << 10, max_stream_data=64 << 10)
async def _(client):
    exchange = await client.get("/large")
    same((exchange.status, len(exchange.body)), (200, len(LARGE)))
    assert exchange.body == LARGE, "other content"


@with_connection("100 requests at a time have each its own answer")
async def _(client):
    asked = [client.open(head("POST", "/echo"), f"number {n}".encode() * 50)[1] for n in range(100)]
    await client.until(lambda: all(exchange.is_over for exchange in asked))
    for n, exchange in enumerate(asked):
        same((exchange.status, exchange.body), (200, f"number {n}".encode() * 50))


@with_connection("trailers pass both ways")
async def _(client):
    stream, exchange = client.open(head("POST", "/echo", ("te", "trailers")), b"abc", ends=False)
    client.http.send_headers(stream, [(b"x-said", b"goodbye")], end_stream=True)
    client.transmit()
    await client.until(lambda: exchange.is_over)
    same((exchange.body, exchange.trailers), (b"abc", {"x-length": "3", "x-said": "goodbye"}))


@with_connection("103 comes before the answer")
async def _(client):
    exchange = await client.get("/hints")
    same([(it[":status"], it["link"]) for it in exchange.interim], [("103", "</style.css>; rel=preload")])
    same((exchange.status, exchange.body), (200, b"hinted"))


@with_connection("content passes while more is to come")
async def _(client):
    stream, exchange = client.open(head("POST", "/echo"), b"one", ends=False)
    await client.until(lambda: exchange.body == b"one")
    client.send(stream, b", two", True)
    await client.until(lambda: exchange.is_over)
    same(exchange.body, b"one, two")


@with_connection("the settings offer WebSocket and no table of QPACK")
async def _(client):
    await client.until(lambda: client.http.received_settings is not None)
    settings = client.http.received_settings
    same(settings.get(Setting.ENABLE_CONNECT_PROTOCOL), 1)
    same(settings.get(Setting.QPACK_MAX_TABLE_CAPACITY, 0), 0)


@with_connection("unknown frames and streams mean nothing")
async def _(client):
    unknown = encode_frame(0x21 + 31 * 7, b"whatever")
    control = client.http._local_control_stream_id
    client._quic.send_stream_data(control, unknown + encode_frame(0x21, b""))
    one_way = client._quic.get_next_available_stream_id(is_unidirectional=True)
    client._quic.send_stream_data(one_way, b"\x21whatever", end_stream=True)
    stream = client._quic.get_next_available_stream_id()
    block = client.http._encode_headers(stream, head("POST", "/echo"))
    pieces = [unknown, encode_frame(FrameType.HEADERS, block), unknown, encode_frame(FrameType.DATA, b"abc"), unknown]
    exchange = client.send_raw(b"".join(pieces))
    await client.until(lambda: exchange.is_over)
    same((exchange.status, exchange.body), (200, b"abc"))
    await client.still_answers()


@with_connection("a frame of HTTP/2 alone ends the connection")
async def _(client):
    client.send_raw(encode_frame(0x2, b"12345"))
    await client.until(lambda: client.end)
    same(client.end.error_code, ErrorCode.H3_FRAME_UNEXPECTED)


@with_connection("a stream that is reset is broken off, and the connection goes on")
async def _(client):
    before = int((await client.get("/broken")).body)
    stream, exchange = client.open(head("POST", "/echo"), b"begun", ends=False)
    await client.until(lambda: exchange.body == b"begun")
    client._quic.reset_stream(stream, ErrorCode.H3_REQUEST_CANCELLED)
    client._quic.stop_stream(stream, ErrorCode.H3_REQUEST_CANCELLED)
    client.transmit()
    while int((await client.get("/broken")).body) == before:
        pass
    await client.still_answers()


@with_connection("an answer that is not wanted is broken off, and the connection goes on")
async def _(client):
    stream, exchange = client.open(head("GET", "/large"))
    await client.until(lambda: exchange.body)
    client._quic.stop_stream(stream, ErrorCode.H3_REQUEST_CANCELLED)
    client.transmit()
    await client.until(lambda: exchange.reset is not None)
    await client.still_answers()


BAD = {
    "a name in upper case": head("GET", "/hello", ("X-Upper", "a")),
    "connection": head("GET", "/hello", ("connection", "close")),
    "keep-alive": head("GET", "/hello", ("keep-alive", "timeout=5")),
    "transfer-encoding": head("POST", "/hello", ("transfer-encoding", "chunked")),
    "upgrade": head("GET", "/hello", ("upgrade", "websocket")),
    "TE of anything but trailers": head("GET", "/hello", ("te", "gzip")),
    "a line break in a value": head("GET", "/hello", ("x-a", "a\r\nx-b: b")),
    "a space in a name": head("GET", "/hello", ("x a", "b")),
    "two paths": head("GET", "/hello", (":path", "/other")),
    "a pseudo-header after fields": head("GET", "/hello", ("x-a", "a"))[1:] + head("GET", "/")[:1],
    "an unknown pseudo-header": head("GET", "/hello")[:4] + [(b":status", b"200")],
    "no path": head("GET", "/hello")[:3],
    "no method": head("GET", "/hello")[1:],
}


def bad(name, fields):
    @with_connection(f"refused: {name}")
    async def _(client):
        exchange = await client.ask(fields)
        same((exchange.reset, exchange.head), (ErrorCode.H3_MESSAGE_ERROR, None))
        await client.still_answers()


for name, fields in BAD.items():
    bad(name, fields)


@with_connection("refused: content that is not as long as was said")
async def _(client):
    for length in ["2", "4"]:
        exchange = await client.ask(head("POST", "/echo", ("content-length", length)), b"abc")
        same(exchange.reset, ErrorCode.H3_MESSAGE_ERROR)
    await client.still_answers()


@with_connection("refused: CONNECT")
async def _(client):
    fields = [(b":method", b"CONNECT"), (b":authority", b"elsewhere.test:443")]
    same((await client.ask(fields)).status, 501)
    await client.still_answers()


@with_connection("refused: a head that is too large")
async def _(client):
    exchange = await client.ask(head("GET", "/hello", *[(f"x-{n}", "a" * 4000) for n in range(60)]))
    same((exchange.status, exchange.head["content-type"]), (431, "application/problem+json"))
    await client.still_answers()


@with_connection("WebSocket goes on a stream")
async def _(client):
    await client.until(lambda: client.http.received_settings is not None)
    fields = head("CONNECT", "/socket", ("sec-websocket-version", "13"))
    fields.insert(1, (b":protocol", b"websocket"))
    stream, exchange = client.open(fields, ends=False)
    await client.until(lambda: exchange.head or exchange.is_over)
    same((exchange.status, exchange.is_over), (200, False))

    def frame(kind, content):
        mask = os.urandom(4)
        return bytes([kind, 0x80 | len(content)]) + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(content))

    client.send(stream, frame(0x81, b"over HTTP/3"), False)
    await client.until(lambda: exchange.body == b"\x81\x0bover HTTP/3")
    client.send(stream, frame(0x88, b"\x03\xe8"), False)
    await client.until(lambda: exchange.body.endswith(b"\x88\x02\x03\xe8"))
    await client.until(lambda: exchange.is_over)
    same(exchange.reset, None)
    await client.still_answers()


@case("another protocol than h3 is refused in the handshake")
async def _():
    client, transport, _ = await start(alpn=["hq-interop"])
    await client.until(lambda: client.end)
    transport.close()
    # no_application_protocol of TLS (RFC 9001 §8.1).
    same((client.handshake, client.end.error_code), (None, 0x100 + 120))


@with_connection("new keys are taken")
async def _(client):
    await client.still_answers()
    client.request_key_update()
    await client.still_answers()


@with_connection("a client goes on from another address")
async def _(client):
    await client.still_answers()
    before = client._transport
    loop = asyncio.get_running_loop()
    client.change_connection_id()
    after, _ = await loop.create_datagram_endpoint(lambda: client, local_addr=("127.0.0.1", 0))
    before.close()
    await client.still_answers()
    exchange = await client.get("/large")
    assert exchange.body == LARGE, "other content"
    client.close()
    after.close()


async def ticket():
    async with connected() as client:
        await client.still_answers()
        await client.until(lambda: client.tickets)
        return client.tickets[-1]


@case("a session is resumed")
async def _():
    async with connected(session_ticket=await ticket()) as client:
        same((client.handshake.session_resumed, client.handshake.early_data_accepted), (True, False))
        await client.still_answers()


@case("a ticket allows no early data")
async def _():
    same((await ticket()).max_early_data_size in (None, 0), True)


@case("what is sent early all the same is answered once, after the handshake")
async def _():
    resumed = await ticket()
    resumed.max_early_data_size = 0xFFFFFFFF
    path = f"/count/{os.urandom(8).hex()}"
    client, transport, (_, exchange) = await start(
        session_ticket=resumed, early=lambda client: client.open(head("GET", path))
    )
    await client.until(lambda: exchange.is_over)
    same((client.handshake.session_resumed, client.handshake.early_data_accepted), (True, False))
    same((exchange.status, exchange.body), (200, b"1"))
    same((await client.get(path)).body, b"2")
    client.close()
    transport.close()


@case("a gateway that ends says so, and what is open comes to its end")
async def _():
    async with connected() as idle, connected() as busy:
        await idle.still_answers()
        stream, exchange = busy.open(head("POST", "/echo"), b"one", ends=False)
        await busy.until(lambda: exchange.body == b"one")
        os.kill(int(process), signal.SIGTERM)
        await idle.until(lambda: idle.end)
        same((idle.goaways(), idle.end.error_code), ([NO_LAST, 4], ErrorCode.H3_NO_ERROR))
        await busy.until(lambda: len(busy.goaways()) == 2)
        same(busy.goaways(), [NO_LAST, stream + 4])
        late = await busy.get("/hello")
        same(late.reset, ErrorCode.H3_REQUEST_REJECTED)
        busy.send(stream, b", two", True)
        await busy.until(lambda: exchange.is_over)
        same((exchange.reset, exchange.body), (None, b"one, two"))
        await busy.until(lambda: busy.end)
        same(busy.end.error_code, ErrorCode.H3_NO_ERROR)


async def main():
    chosen = sys.argv[4] if len(sys.argv) > 4 else ""
    chosen = {name: check for name, check in CASES.items() if chosen in name}
    failed = 0
    for name, check in chosen.items():
        try:
            await asyncio.wait_for(check(), PATIENCE)
            print(f"  passed  {name}", flush=True)
        except Exception as error:
            failed += 1
            why = f"took longer than {PATIENCE} s" if isinstance(error, TimeoutError) else f"{type(error).__name__}: {error}"
            print(f"  FAILED  {name}: {why}", flush=True)
    print(f"  {len(chosen) - failed} of {len(chosen)} passed")
    sys.exit(bool(failed or not chosen))


asyncio.run(main())
