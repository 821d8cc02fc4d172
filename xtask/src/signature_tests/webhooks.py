"""Webhooks signed by the package standardwebhooks, at a gateway with `webhook-signature`; and calls that it signs by `upstream-auth`, verified by that package.

usage: webhooks.py ADDRESS KEY.pem (of Ed25519, PKCS #8) PORT (of the service that the gateway signs for)
"""

import base64
import datetime
import http.client
import http.server
import sys
import threading
import uuid

from cryptography.hazmat.primitives.serialization import load_pem_private_key
from standardwebhooks.webhooks import Webhook

address, pem, port = sys.argv[1:]
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NEW_SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
private = load_pem_private_key(open(pem, "rb").read(), None)
BODY = '{"type": "order.paid", "name": "Zo\u00eb"}'


def check(what, got, expected):
    if got != expected:
        sys.exit(f"{what}: {got}, not {expected}")


def send(identifier, at, signature, body=BODY):
    connection = http.client.HTTPConnection(address)
    headers = {"webhook-id": identifier, "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature}
    connection.request("POST", "/hooks/orders", body.encode(), headers)
    return connection.getresponse().status


def now(seconds=0):
    return datetime.datetime.now(tz=datetime.timezone.utc) + datetime.timedelta(seconds=seconds)


def by_private_key(identifier, at, body=BODY):
    signed = f"{identifier}.{int(at.timestamp())}.{body}".encode()
    return "v1a," + base64.b64encode(private.sign(signed)).decode()


def by_secret(identifier, at, body=BODY, secret=SECRET):
    return Webhook(secret).sign(identifier, at, body)


for sign in [by_secret, by_private_key]:
    name, at = f"msg_{uuid.uuid4().hex}", now()
    signature = sign(name, at)
    check("another content", send(name, at, signature, BODY + " "), 401)
    check("another id", send(name + "x", at, signature), 401)
    check("another time", send(name, now(1), signature), 401)
    check("as it is", send(name, at, signature), 200)
    check("the same again", send(name, at, signature), 401)
    check("the same id, signed anew", send(name, now(2), sign(name, now(2))), 200)
    for off, expected in [(-290, 200), (290, 200), (-310, 401), (310, 401)]:
        name, at = f"msg_{uuid.uuid4().hex}", now(off)
        check(f"{off} seconds off", send(name, at, sign(name, at)), expected)
    name, at = f"msg_{uuid.uuid4().hex}", now()
    other = by_secret(name, at, secret="whsec_" + base64.b64encode(b"x" * 24).decode())
    check("by another", send(name, at, other), 401)
    check("by another and by the sender", send(name, at, f"{other} {sign(name, at)}"), 200)
    name, at = f"msg_{uuid.uuid4().hex}", now()
    check("without content", send(name, at, sign(name, at, ""), ""), 200)
print("  standardwebhooks: HMAC and Ed25519, changed, repeated, old and to come")


class Service(http.server.BaseHTTPRequestHandler):
    """Says whether a call is signed by each of the gateway's keys."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        says = b"fine"
        try:
            for secret in [SECRET, NEW_SECRET]:
                Webhook(secret).verify(body, dict(self.headers), json_parse=False)
            signature = next(s for s in self.headers["webhook-signature"].split(" ") if s.startswith("v1a,"))
            signed = f"{self.headers['webhook-id']}.{self.headers['webhook-timestamp']}.".encode() + body
            private.public_key().verify(base64.b64decode(signature[4:]), signed)
        except Exception as error:
            says = f"{error!r}: {self.headers}".encode()
        self.send_response(200 if says == b"fine" else 400)
        self.send_header("Content-Length", str(len(says)))
        self.end_headers()
        self.wfile.write(says)

    def log_message(self, *_):
        pass


service = http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), Service)
threading.Thread(target=service.serve_forever, daemon=True).start()
for body in ["", BODY, "x" * 100_000]:
    connection = http.client.HTTPConnection(address)
    headers = {"webhook-id": "of-the-client", "webhook-signature": "v1,AAAA", "webhook-timestamp": "1"}
    connection.request("POST", "/webhooks/orders", body.encode(), headers)
    answer = connection.getresponse()
    said = answer.read().decode()
    if answer.status != 200:
        sys.exit(f"signed for a service: {said}")
print("  upstream-auth: webhooks, as standardwebhooks verifies them")
