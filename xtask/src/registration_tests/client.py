"""A developer whose apps become clients of authorization servers that others wrote, and who calls with their tokens.

usage: client.py PORTAL GATEWAY ADMIN-TOKEN OIDC-PROVIDER AUTHLIB OTHER-PORTAL OTHER-GATEWAY [CASE]
"""

import sys
import uuid
from urllib.parse import quote

import requests

portal, gateway, admin_token, oidc_provider, authlib, other, elsewhere = sys.argv[1:8]
wanted = sys.argv[8] if len(sys.argv) > 8 else ""
admin = {"Authorization": f"Bearer {admin_token}"}
BACK = "https://app.example.com/back"

CONTRACT = """
openapi: 3.1.0
info: { title: Orders, version: '1' }
paths:
  /orders:
    get: { operationId: listOrders, security: [{ o: ['orders:read'] }], responses: { '200': { description: OK } } }
    post: { operationId: createOrder, security: [{ o: ['orders:write'] }], responses: { '200': { description: OK } } }
components:
  securitySchemes:
    o: { type: oauth2, flows: { clientCredentials: { tokenUrl: /token, scopes: { 'orders:read': Read, 'orders:write': Write } } } }
"""
RESOURCES = """
{ kind: api, name: orders, version: v1, contract: orders.yaml, listen: { path: /orders/v1 }, upstream: { endpoints: ["http://127.0.0.1:9"] },
  policies: [{ oauth2: {} }, { respond: { status: 200, body: fine } }] }
---
{ kind: api, name: open, version: v1, listen: { path: /open }, upstream: { endpoints: ["http://127.0.0.1:9"] },
  policies: [{ oauth2: {} }, { respond: { status: 200, body: fine } }] }
---
{ kind: plan, name: free }
---
{ kind: product, name: shop, apis: [orders, open], plans: [free] }
"""


def check(what, got, expected):
    if got != expected:
        sys.exit(f"{what}: {got!r}, not {expected!r}")


def manage(method, path, body=None):
    answer = requests.request(method, f"{portal}/api/v1{path}", json=body, headers=admin)
    if not answer.ok:
        sys.exit(f"{method} {path}: {answer.status_code} {answer.text}")
    return answer.json() if answer.content else None


class Person:
    """Somebody in a browser, by the portal's own API."""

    def __init__(self, at=portal):
        self.session, self.at = requests.Session(), at
        account = {"email": f"ada-{uuid.uuid4().hex}@example.com", "password": "a long enough password", "name": "Ada"}
        made = self.session.post(f"{at}/portal/api/v1/account", json=account)
        made.raise_for_status()
        self.session.headers["x-csrf-token"] = made.json()["csrf"]

    def ask(self, method, path, body=None, expected=None):
        answer = self.session.request(method, f"{self.at}/portal/api/v1{path}", json=body)
        if expected:
            check(f"{method} {path} ({answer.text})", answer.status_code, expected)
        else:
            check(f"{method} {path} ({answer.text})", answer.ok, True)
        return answer.json() if answer.content else None


class Server:
    """An authorization server, as its document in Pailou has it."""

    def __init__(self, issuer, initial, **more):
        self.issuer, self.initial, self.more = issuer, initial, more

    def document(self, name, registers=True):
        document = {"kind": "authorization-server", "name": name, "title": f"The {name} server", "issuer": self.issuer, **self.more}
        if registers:
            document["registration"] = {"initial_access_token": f"secret://{name}"}
        return document

    def tests(self, what):
        return requests.get(f"{self.issuer}/tests/{what}")


def token_of(view, secret, in_body=False, **form):
    form = {"grant_type": "client_credentials", **form}
    if in_body:
        form |= {"client_id": view["client_id"], "client_secret": secret}
    answer = requests.post(view["token_endpoint"], data=form, auth=None if in_body else (quote(view["client_id"], safe=""), secret))
    return answer.json().get("access_token") if answer.ok else None


def call(token, path="/open", method="GET"):
    return requests.request(method, f"{gateway}{path}", headers={"Authorization": f"Bearer {token}"}).status_code


def app_of(person, title):
    name = f"{title}-{uuid.uuid4().hex[:8]}"
    person.ask("POST", "/apps", {"name": name, "title": title})
    person.ask("POST", f"/apps/{name}/subscriptions", {"product": "shop", "plan": "free"})
    return name


def use(name, server):
    """Has apps become clients of this server."""
    manage("PUT", f"/secrets/{name}", {"value": server.initial})
    manage("PUT", f"/authorization-servers/{name}", server.document(name))
    check("the site", Person().ask("GET", "/site")["authorization_server"], f"The {name} server")


def leave(name, server):
    """Has no more apps become its clients; those that are stay."""
    manage("PUT", f"/authorization-servers/{name}", server.document(name, registers=False))


def whole_life(name, server, form, in_body=False, rotates=False, is_scoped=True):
    use(name, server)
    person = Person()
    app = app_of(person, name)
    grants = ["client-credentials", "authorization-code"]
    made = person.ask("PUT", f"/apps/{app}/client", {"grants": grants, "redirect_uris": [BACK]})
    view = person.ask("GET", f"/apps/{app}/client")
    check("the client", (view["client_id"], view["issuer"], view["server"]), (made["client_id"], server.issuer, f"The {name} server"))
    check("a secret is shown once", made["client_secret"] in str(view), False)

    token = token_of(view, made["client_secret"], in_body, **form)
    check("a token", token is not None, True)
    check("a call", call(token), 200)
    if is_scoped:
        check("scopes", view["scopes"], ["corp.read", "corp.write"])
        token = token_of(view, made["client_secret"], in_body, **form, scope="corp.read")
        check("scopes of a token", (call(token, "/orders/v1/orders"), call(token, "/orders/v1/orders", "POST")), (200, 403))
        known = server.tests(f"clients/{quote(view['client_id'], safe='')}").json()
        check("its name there", known["client_name"], name)

    changed = person.ask("PUT", f"/apps/{app}/client", {"grants": grants, "redirect_uris": [BACK, f"{BACK}2"]})
    check("a changed client keeps its secret", changed.get("client_secret"), None)
    check("addresses", person.ask("GET", f"/apps/{app}/client")["redirect_uris"], [BACK, f"{BACK}2"])
    check("a token after the change", token_of(view, made["client_secret"], in_body, **form) is not None, True)
    if is_scoped:
        known = server.tests(f"clients/{quote(view['client_id'], safe='')}").json()
        check("addresses there", known["redirect_uris"], [BACK, f"{BACK}2"])

    secret = made["client_secret"]
    if rotates:
        secret = person.ask("POST", f"/apps/{app}/client/secret", {})["client_secret"]
        check("the secret before", token_of(view, made["client_secret"], in_body, **form), None)
        check("the fresh secret", call(token_of(view, secret, in_body, **form)), 200)
    else:
        said = person.ask("POST", f"/apps/{app}/client/secret", {}, expected=409)
        check("no fresh secret", "makes no fresh secret" in said["detail"], True)

    token = token_of(view, secret, in_body, **form)
    leave(name, server)
    check("a call after the server registers no more", call(token), 200)
    person.ask("DELETE", f"/apps/{app}")
    check("a call after the app is gone", call(token), 401)
    check("a token after the app is gone", token_of(view, secret, in_body, **form), None)
    check("what is left", manage("GET", f"/authorization-servers/{name}/registrations")["items"], [])
    manage("DELETE", f"/authorization-servers/{name}")


def corp(issuer, initial):
    return Server(issuer, initial, scopes={"orders:read": "corp.read", "orders:write": "corp.write"})


def by_oidc_provider():
    server = corp(oidc_provider, "initial-token-of-oidc-provider")
    whole_life("oidc-provider", server, {"resource": gateway})


def by_authlib():
    whole_life("authlib", corp(authlib, "initial-token-of-authlib"), {}, in_body=True, rotates=True)


def by_another_pailou():
    initial = Person(other).ask("POST", "/registration-tokens", {})["token"]
    server = Server(f"{other}/oauth/default", initial, audience=[elsewhere])
    whole_life("pailou", server, {}, is_scoped=False)


def refusals_are_told():
    server = corp(oidc_provider, "a-wrong-token")
    use("refusing", server)
    person = Person()
    app = app_of(person, "refused")
    said = person.ask("PUT", f"/apps/{app}/client", {}, expected=502)
    check("what it says", said["detail"].startswith("The refusing server does not register the client: invalid_token"), True)
    check("nothing that was shown", "a-wrong-token" in str(said), False)
    person.ask("GET", f"/apps/{app}/client", expected=404)
    manage("PUT", "/secrets/refusing", {"value": "initial-token-of-oidc-provider"})
    form = {"grants": ["authorization-code"], "redirect_uris": ["com.example.app:/back"]}
    said = person.ask("PUT", f"/apps/{app}/client", form, expected=422)
    check("which field", [one["field"] for one in said["findings"]], ["client.redirect_uris"])
    made = person.ask("PUT", f"/apps/{app}/client", {})
    check("once it is right", made["client_secret"] is not None, True)
    person.ask("DELETE", f"/apps/{app}")
    manage("DELETE", "/authorization-servers/refusing")


def tokens_of_others():
    server = corp(oidc_provider, "initial-token-of-oidc-provider")
    use("others", server)
    person = Person()
    app = app_of(person, "own")
    made = person.ask("PUT", f"/apps/{app}/client", {})
    view = person.ask("GET", f"/apps/{app}/client")
    stranger = token_of({**view, "client_id": "stranger"}, "strangers-secret", resource=gateway)
    check("a client that nobody here made", (stranger is not None, call(stranger)), (True, 401))
    token = token_of(view, made["client_secret"], resource=gateway)
    head, body, signature = token.split(".")
    check("a good one", call(token), 200)
    check("another signature", call(f"{head}.{body}.{signature[:-8]}AAAAAAAA"), 401)
    manage("PUT", "/authorization-servers/others", {**server.document("others"), "audience": ["https://other.example.com"]})
    check("for another audience", call(token), 401)
    manage("PUT", "/authorization-servers/others", server.document("others"))
    check("for this one again", call(token), 200)
    person.ask("DELETE", f"/apps/{app}")
    manage("DELETE", "/authorization-servers/others")


def a_server_that_is_away():
    server = corp(authlib, "initial-token-of-authlib")
    use("away", server)
    person = Person()
    app = app_of(person, "leftover")
    made = person.ask("PUT", f"/apps/{app}/client", {})
    server.tests("away")
    said = person.ask("PUT", f"/apps/{app}/client", {"dpop": True}, expected=502)
    check("what is said", "repeat in a moment" in said["detail"], True)
    check("endpoints are known", person.ask("GET", f"/apps/{app}/client")["token_endpoint"], f"{authlib}/token")
    person.ask("DELETE", f"/apps/{app}")
    [left] = manage("GET", "/authorization-servers/away/registrations")["items"]
    check("what is left", (left["state"], left["client_id"], left["trouble"]), ("leftover", made["client_id"], "it answers 503"))
    server.tests("back")
    manage("DELETE", "/authorization-servers/away")


files = [{"path": "r.yaml", "text": RESOURCES}, {"path": "orders.yaml", "text": CONTRACT}]
manage("POST", "/apply", {"files": files})
for case in [by_oidc_provider, by_authlib, by_another_pailou, refusals_are_told, tokens_of_others, a_server_that_is_away]:
    if wanted in case.__name__:
        case()
        print(f"ok {case.__name__.replace('_', ' ')}", flush=True)
