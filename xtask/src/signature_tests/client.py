"""Requests signed by libraries that others wrote, at a gateway with `hmac-auth`; and requests that it signs by `upstream-auth`.

usage: client.py ADDRESS KEY.pem (of Ed25519, PKCS #8) PORT (of the service that the gateway signs for)
"""

import sys
import http.client
import http.server
import threading
import hashlib
import base64
import uuid

import requests
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from http_message_signatures import HTTPMessageSigner, HTTPSignatureKeyResolver, algorithms

address, pem, port = sys.argv[1:]
SECRET = "a-secret-that-only-ada-knows-0001"
private = open(pem, "rb").read()


class Keys(HTTPSignatureKeyResolver):
    def resolve_private_key(self, key_id):
        return private if key_id == "bank-7" else SECRET.encode()

    def resolve_public_key(self, key_id):
        raise NotImplementedError


def send(request):
    """Without a client library's own opinions about what is signed."""
    connection = http.client.HTTPConnection(address)
    target = request.url.split(address, 1)[1]
    connection.request(request.method, target, request.body, dict(request.headers))
    return connection.getresponse().status


def signed(method, path, key, algorithm, body=None):
    request = requests.Request(method, f"http://{address}{path}", data=body).prepare()
    request.headers["Host"] = address
    covered = ["@method", "@authority", "@path", "@query"]
    if body is not None:
        digest = base64.b64encode(hashlib.sha512(body).digest()).decode()
        request.headers["Content-Digest"] = f"sha-512=:{digest}:"
        covered += ["content-digest", "content-length"]
    signer = HTTPMessageSigner(signature_algorithm=algorithm, key_resolver=Keys())
    signer.sign(request, key_id=key, covered_component_ids=covered, nonce=uuid.uuid4().hex)
    return request


def aws(method, path, body=b"", secret=SECRET):
    request = AWSRequest(method=method, url=f"http://{address}{path}", data=body, headers={"Host": address})
    SigV4Auth(Credentials("ada-1", secret), "execute-api", "eu-central-1").add_auth(request)
    return request.prepare()


def check(what, got, expected):
    if got != expected:
        sys.exit(f"{what}: answered {got}, not {expected}")


hmac, ed25519 = algorithms.HMAC_SHA256, algorithms.ED25519
for key, algorithm in [("ada-1", hmac), ("bank-7", ed25519)]:
    check(f"GET by {key}", send(signed("GET", "/orders?page=2&q=a%20b", key, algorithm)), 200)
    request = signed("POST", "/orders", key, algorithm, b'{"hello": "world"}')
    check(f"POST by {key}", send(request), 200)
    check("the same again", send(request), 401)
    request = signed("POST", "/orders", key, algorithm, b'{"hello": "world"}')
    request.body = b'{"hello": "w0rld"}'
    check("other content", send(request), 401)
    request = signed("GET", "/orders?page=2", key, algorithm)
    request.url = request.url.replace("page=2", "page=3")
    check("another query", send(request), 401)
    request = signed("GET", "/orders", key, algorithm)
    request.method = "DELETE"
    check("another method", send(request), 401)
check("by the secret of another", send(signed("GET", "/orders", "nobody", hmac)), 401)
print("  http-message-signatures: HMAC and Ed25519, changed and repeated")

for path in ["/orders", "/orders/a%20b/%C3%A4?b=2&a=1&c=x%20y&d", "/orders/~user/(1)?x=%2F"]:
    check(f"AWS: GET {path}", send(aws("GET", path)), 200)
check("AWS: POST", send(aws("POST", "/orders", b'{"a": 1}')), 200)
check("AWS: another secret", send(aws("GET", "/orders/other", secret="another-secret-of-32-characters-00")), 401)
request = aws("POST", "/orders/changed", b'{"a": 1}')
request.body = b'{"a": 2}'
check("AWS: other content", send(request), 401)
print("  botocore: AWS Signature Version 4")


class Service(http.server.BaseHTTPRequestHandler):
    """Says whether a request is signed as botocore signs one of the same time."""

    protocol_version = "HTTP/1.1"

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        kept = self.path.startswith("/kept/")
        again = AWSRequest(
            method=self.command,
            url=f"https://service.example.com{self.path}",
            data=body,
            headers={"Host": self.headers["Host"], "X-Amz-Content-SHA256": self.headers["X-Amz-Content-SHA256"]},
        )
        again.context["timestamp"] = self.headers["X-Amz-Date"]
        credentials = Credentials("gateway-1", "a-secret-of-the-gateway", "for-a-while")
        signer = (S3SigV4Auth if kept else SigV4Auth)(credentials, "s3" if kept else "execute-api", "eu-central-1")
        again.headers["X-Amz-Date"] = self.headers["X-Amz-Date"]
        again.headers["X-Amz-Security-Token"] = "for-a-while"
        canonical = signer.canonical_request(again)
        text = signer.string_to_sign(again, canonical)
        expected = signer.signature(text, again)
        sent = self.headers["Authorization"].rsplit("Signature=", 1)[1]
        content = hashlib.sha256(body).hexdigest() == self.headers["X-Amz-Content-SHA256"]
        says = b"fine" if sent == expected and content else f"{self.headers}\n{canonical}".encode()
        self.send_response(200 if says == b"fine" else 400)
        self.send_header("Content-Length", str(len(says)))
        self.end_headers()
        self.wfile.write(says)

    do_GET = do_POST = do_PUT = answer

    def log_message(self, *_):
        pass


service = http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), Service)
threading.Thread(target=service.serve_forever, daemon=True).start()
for kind in ["signed", "kept"]:
    for path in ["", "a%20b/%C3%A4?b=2&a=1&c=x%20y&d", "~user/(1)?x=%2F", "x-amz"]:
        for method, body in [("GET", None), ("POST", b'{"a": 1}'), ("PUT", b"x" * 100_000)]:
            connection = http.client.HTTPConnection(address)
            headers = {"X-Amz-Date": "20200101T000000Z", "X-Amz-Acl": "public-read", "Authorization": "of the client"}
            connection.request(method, f"/{kind}/{path}", body, headers)
            answer = connection.getresponse()
            said = answer.read().decode()
            if answer.status != 200:
                sys.exit(f"signed for a service: {method} /{kind}/{path}: {said}")
print("  upstream-auth: AWS Signature Version 4, as botocore computes it")
