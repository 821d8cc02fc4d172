"""Tokens of the built-in authorization server by clients that others wrote.

usage: client.py PORTAL GATEWAY ADMIN-TOKEN [CASE]
"""

import base64
import json
import os
import sys
import time
import uuid
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

import requests
from authlib.integrations.requests_client import OAuth2Session as Authlib
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey
from oauthlib.oauth2 import BackendApplicationClient, InvalidClientError, InvalidGrantError
from requests_oauthlib import OAuth2Session

portal, gateway, admin_token = sys.argv[1:4]
wanted = sys.argv[4] if len(sys.argv) > 4 else ""
issuer = f"{portal}/oauth/default"
callback = "http://127.0.0.1:8765/callback"
api = f"{gateway}/orders/v1/orders"
admin = {"Authorization": f"Bearer {admin_token}"}

CONTRACT = {
    "openapi": "3.1.0",
    "info": {"title": "Orders", "version": "1"},
    "paths": {
        "/orders": {
            "get": {"operationId": "listOrders", "security": [{"o": ["orders:read"]}], "responses": {"200": {"description": "OK"}}},
            "post": {"operationId": "createOrder", "security": [{"o": ["orders:write"]}], "responses": {"200": {"description": "OK"}}},
        }
    },
    "components": {"securitySchemes": {"o": {"type": "oauth2", "flows": {"clientCredentials": {
        "tokenUrl": "/token", "scopes": {"orders:read": "Read", "orders:write": "Write"}}}}}},
}
RESOURCES = """
kind: api
name: orders
version: v1
contract: orders.json
listen: { path: /orders/v1 }
upstream: { endpoints: ["http://127.0.0.1:9"] }
policies: [{ oauth2: {} }, { respond: { status: 200, body: fine } }]
---
{ kind: plan, name: free }
---
{ kind: product, name: shop, apis: [orders], plans: [free] }
"""


def check(what, got, expected):
    if got != expected:
        sys.exit(f"{what}: {got!r}, not {expected!r}")


class Person:
    """Somebody in a browser, by the portal's own API."""

    def __init__(self):
        self.session = requests.Session()
        account = {"email": f"ada-{uuid.uuid4().hex}@example.com", "password": "a long enough password", "name": "Ada"}
        made = self.session.post(f"{portal}/portal/api/v1/account", json=account)
        made.raise_for_status()
        self.email = account["email"]
        self.session.headers["x-csrf-token"] = made.json()["csrf"]

    def ask(self, method, path, body=None):
        answer = self.session.request(method, f"{portal}/portal/api/v1{path}", json=body)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def client(self, app, **form):
        """An app that is subscribed to the API, as a client: its id and secret."""
        name = f"{app}-{uuid.uuid4().hex[:8]}"
        self.ask("POST", "/apps", {"name": name, "title": app})
        self.ask("POST", f"/apps/{name}/subscriptions", {"product": "shop", "plan": "free"})
        made = self.ask("PUT", f"/apps/{name}/client", form)
        return name, made["client_id"], made.get("client_secret")

    def agrees(self, url):
        """Opens where a client sends people, agrees, and says where they are sent back to."""
        sent = self.session.get(url, allow_redirects=False)
        check("the way to the page", sent.status_code, 303)
        packed = parse_qs(urlsplit(sent.headers["location"]).query)["request"][0].removeprefix("q.")
        query = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode()
        asked = self.ask("POST", "/authorization", {"query": query})["asked"]
        check("where the person returns to", asked["returns_to"].split(":")[0], "127.0.0.1")
        return self.ask("POST", "/authorization/decision", {"query": query, "agrees": True})["location"]


def call(token, method="GET", kind="Bearer", **headers):
    return requests.request(method, api, headers={"Authorization": f"{kind} {token}", **headers}).status_code


def verified(token):
    """What a token says, verified with the published keys by another's library."""
    keys = KeySet.import_key_set(requests.get(f"{issuer}/jwks").json())
    read = jwt.decode(token, keys, algorithms=["ES256"])
    check("typ", read.header["typ"], "at+jwt")
    return read.claims


def metadata(person):
    told = requests.get(f"{portal}/.well-known/oauth-authorization-server/oauth/default").json()
    check("issuer", told["issuer"], issuer)
    document = AuthorizationServerMetadata(told)
    # The library asks for https, which this machine does without; every other rule is its own.
    for name in [name for name in dir(document) if name.startswith("validate_")]:
        try:
            getattr(document, name)()
        except ValueError as wrong:
            if "https" not in str(wrong):
                raise


def own_credentials(person):
    _, client_id, secret = person.client("service")
    session = OAuth2Session(client=BackendApplicationClient(client_id=client_id))
    token = session.fetch_token(f"{issuer}/token", client_id=client_id, client_secret=secret)
    check("a call", session.get(api).text, "fine")
    said = verified(token["access_token"])
    check("sub and client_id", (said["sub"], said["client_id"]), (client_id, client_id))
    for method in ["client_secret_basic", "client_secret_post"]:
        session = Authlib(client_id, secret, scope="orders:read", token_endpoint_auth_method=method)
        token = session.fetch_token(f"{issuer}/token", grant_type="client_credentials")
        check(method, (session.get(api).status_code, session.post(api).status_code), (200, 403))
        told = session.introspect_token(f"{issuer}/introspect", token["access_token"]).json()
        check("introspection", (told["active"], told["scope"]), (True, "orders:read"))
        session.revoke_token(f"{issuer}/revoke", token["access_token"])
        check("after revocation", call(token["access_token"]), 401)
    try:
        OAuth2Session(client=BackendApplicationClient(client_id=client_id)).fetch_token(
            f"{issuer}/token", client_id=client_id, client_secret="wrong"
        )
        sys.exit("a wrong secret gave a token")
    except InvalidClientError:
        pass


def signed_by_the_client(person):
    key = RSAKey.generate_key(2048, {"kid": "own", "use": "sig"})
    _, client_id, secret = person.client("signer", jwks={"keys": [key.as_dict(private=False)]})
    check("no secret", secret, None)
    method = PrivateKeyJWT(f"{issuer}/token", headers={"kid": "own"})
    session = Authlib(client_id, key.as_pem(private=True).decode(), token_endpoint_auth_method=method)
    session.fetch_token(f"{issuer}/token", grant_type="client_credentials")
    check("private_key_jwt", session.get(api).status_code, 200)


def code_with_pkce(person):
    form = {"grants": ["authorization-code"], "redirect_uris": [callback]}
    _, client_id, secret = person.client("web", **form)
    session = OAuth2Session(client_id, redirect_uri=callback, scope=["orders:read"], pkce="S256")
    url, state = session.authorization_url(f"{issuer}/authorize")
    back = person.agrees(url)
    check("state", parse_qs(urlsplit(back).query)["state"], [state])
    check("iss", parse_qs(urlsplit(back).query)["iss"], [issuer])
    token = session.fetch_token(f"{issuer}/token", authorization_response=back, client_secret=secret, include_client_id=True)
    check("a call", (session.get(api).status_code, session.post(api).status_code), (200, 403))
    check("who agreed", verified(token["access_token"])["sub"], person.email)
    first = token["refresh_token"]
    token = session.refresh_token(f"{issuer}/token", refresh_token=first, auth=(client_id, secret))
    check("a call after renewal", session.get(api).status_code, 200)
    try:
        session.refresh_token(f"{issuer}/token", refresh_token=first, auth=(client_id, secret))
        sys.exit("a refresh token was taken twice")
    except InvalidGrantError:
        pass
    check("after a refresh token came twice", call(token["access_token"]), 401)

    session = Authlib(client_id, secret, redirect_uri=callback, scope="orders:read orders:write", code_challenge_method="S256")
    verifier = uuid.uuid4().hex * 2
    url, _ = session.create_authorization_url(f"{issuer}/authorize", code_verifier=verifier)
    back = person.agrees(url)
    token = session.fetch_token(f"{issuer}/token", authorization_response=back, code_verifier=verifier)
    check("a call by Authlib", (session.get(api).status_code, session.post(api).status_code), (200, 200))
    listed = person.ask("GET", "/consents")["items"]
    check("what was agreed to", [item["app"] for item in listed if item["client_id"] == client_id], ["web"])
    person.ask("DELETE", f"/consents/{client_id}")
    check("after it was taken back", call(token["access_token"]), 401)


def native_app(person):
    form = {"grants": ["authorization-code"], "redirect_uris": ["http://127.0.0.1/callback"], "public": True}
    _, client_id, secret = person.client("desktop", **form)
    check("no secret", secret, None)
    session = OAuth2Session(client_id, redirect_uri="http://127.0.0.1:50123/callback", pkce="S256")
    url, _ = session.authorization_url(f"{issuer}/authorize")
    back = person.agrees(url)
    session.fetch_token(f"{issuer}/token", authorization_response=back, include_client_id=True)
    check("a call", session.get(api).status_code, 200)


def device(person):
    _, client_id, _ = person.client("television", grants=["device-code"], public=True)
    codes = requests.post(f"{issuer}/device", data={"client_id": client_id}).json()
    poll = {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "client_id": client_id, "device_code": codes["device_code"]}
    check("before", requests.post(f"{issuer}/token", data=poll).json()["error"], "authorization_pending")
    person.ask("POST", "/device/decision", {"user_code": codes["user_code"], "agrees": True})
    token = requests.post(f"{issuer}/token", data=poll).json()
    check("a call", call(token["access_token"]), 200)


def bound_to_a_key(person):
    _, client_id, secret = person.client("bound", dpop=True)
    key = ECKey.generate_key("P-256")

    def proof(method, url, token=None, key=key):
        header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": key.as_dict(private=False)}
        claims = {"jti": uuid.uuid4().hex, "htm": method, "htu": url, "iat": int(time.time())}
        if token:
            claims["ath"] = base64.urlsafe_b64encode(sha256(token.encode()).digest()).rstrip(b"=").decode()
        return jwt.encode(header, claims, key)

    ask = {"grant_type": "client_credentials"}
    answer = requests.post(f"{issuer}/token", data=ask, auth=(client_id, secret), headers={"DPoP": proof("POST", f"{issuer}/token")}).json()
    check("token_type", answer["token_type"], "DPoP")
    token = answer["access_token"]
    check("cnf", verified(token)["cnf"]["jkt"], key.thumbprint())
    good = proof("GET", api, token)
    check("a call", call(token, kind="DPoP", DPoP=good), 200)
    check("the same proof", call(token, kind="DPoP", DPoP=good), 401)
    check("as a bearer token", call(token), 401)
    check("another method", call(token, kind="DPoP", DPoP=proof("POST", api, token)), 401)
    check("another key", call(token, kind="DPoP", DPoP=proof("GET", api, token, ECKey.generate_key("P-256"))), 401)


def registers_itself(person):
    initial = person.ask("POST", "/registration-tokens")["token"]
    said = {"client_name": "registered", "redirect_uris": [callback], "grant_types": ["authorization_code", "refresh_token"]}
    made = requests.post(f"{issuer}/register", json=said, headers={"Authorization": f"Bearer {initial}"})
    check("registration", made.status_code, 201)
    made = made.json()
    own = {"Authorization": f"Bearer {made['registration_access_token']}"}
    check("its registration", requests.get(made["registration_client_uri"], headers=own).json()["client_id"], made["client_id"])
    session = Authlib(made["client_id"], made["client_secret"], redirect_uri=callback, code_challenge_method="S256")
    verifier = uuid.uuid4().hex * 2
    url, _ = session.create_authorization_url(f"{issuer}/authorize", code_verifier=verifier)
    token = session.fetch_token(f"{issuer}/token", authorization_response=person.agrees(url), code_verifier=verifier)
    check("subscribed to nothing", call(token["access_token"]), 403)
    check("gone", requests.delete(made["registration_client_uri"], headers=own).status_code, 204)
    check("its token", call(token["access_token"]), 401)


def main():
    files = [{"path": "r.yaml", "text": RESOURCES}, {"path": "orders.json", "text": json.dumps(CONTRACT)}]
    requests.post(f"{portal}/api/v1/apply", json={"files": files}, headers=admin).raise_for_status()
    person = Person()
    cases = [metadata, own_credentials, signed_by_the_client, code_with_pkce, native_app, device, bound_to_a_key, registers_itself]
    ran = 0
    for case in cases:
        if wanted in case.__name__:
            case(person)
            print(f"  {case.__name__.replace('_', ' ')}")
            ran += 1
    if not ran:
        sys.exit(f"no case has `{wanted}` in its name")


os.environ.setdefault("OAUTHLIB_INSECURE_TRANSPORT", "1")
main()
