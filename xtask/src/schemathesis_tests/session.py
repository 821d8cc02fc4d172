"""A member with a role invited, let in and signed in: session.py URL TOKEN ROLE prints the cookie of the session and what goes with unsafe calls.
session.py URL COOKIE says whether the session still is one, and is refused what its role may not."""

import json
import sys
import urllib.error
import urllib.request

EMAIL, PASSWORD = "schemathesis@example.com", "correct horse battery staple"


def ask(method, path, headers, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{url}/api/v1{path}", data, {"content-type": "application/json", **headers}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.headers, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, refused.headers, json.load(refused)


def signed_in(token, role):
    admin = {"authorization": f"Bearer {token}"}
    status, _, invited = ask("POST", "/members", admin, {"email": EMAIL, "name": "Made-up calls", "roles": [{"workspace": "default", "role": role}]})
    assert status == 201, invited
    secret = invited["link"].split("#")[1]
    status, _, told = ask("POST", "/password", {}, {"link": secret, "password": PASSWORD})
    assert status == 200, told
    status, headers, session = ask("POST", "/session", {}, {"email": EMAIL, "password": PASSWORD})
    assert status == 200, session
    print(headers["set-cookie"].split(";")[0])
    print(session["csrf"])


def still(cookie):
    status, _, session = ask("GET", "/session", {"cookie": cookie})
    assert status == 200 and session["user"]["email"] == EMAIL, (status, session)
    status, _, told = ask("GET", "/members", {"cookie": cookie})
    assert status == 403 and told["type"].endswith(":forbidden"), (status, told)


url, *words = sys.argv[1:]
signed_in(*words) if len(words) == 2 else still(*words)
