"""Requests signed by libraries that others wrote, at a gateway with `hmac-auth`.

usage: client.py ADDRESS KEY.pem (of Ed25519, PKCS #8)
"""

import sys
import http.client
import hashlib
import base64
import uuid

import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from http_message_signatures import HTTPMessageSigner, HTTPSignatureKeyResolver, algorithms

address, pem = sys.argv[1:]
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
