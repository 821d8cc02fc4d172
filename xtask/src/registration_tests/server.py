"""An authorization server of the tests by Authlib: clients register themselves and are managed, tokens are JWTs (RFC 9068).

usage: server.py AUDIENCE
"""

import logging
import os
import secrets
import sys
import threading

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin, grants
from authlib.oauth2.rfc7591 import ClientRegistrationEndpoint
from authlib.oauth2.rfc7592 import ClientConfigurationEndpoint
from authlib.oauth2.rfc9068 import JWTBearerTokenGenerator
from flask import Flask, jsonify, request
from joserfc.jwk import ECKey, KeySet
from werkzeug.serving import make_server

AUDIENCE = sys.argv[1]
INITIAL = "initial-token-of-authlib"
KEY = ECKey.generate_key("P-256", {"kid": "one", "use": "sig", "alg": "ES256"})
clients, state = {}, {"away": False}


class Client(ClientMixin):
    def __init__(self, info, metadata):
        self.client_info, self.client_metadata = dict(info), dict(metadata)
        self.client_id, self.secret = info["client_id"], info["client_secret"]
        self.token = secrets.token_urlsafe(32)

    def get_client_id(self):
        return self.client_id

    def get_default_redirect_uri(self):
        return self.client_metadata["redirect_uris"][0]

    def get_allowed_scope(self, scope):
        allowed = set(self.client_metadata.get("scope", "").split())
        return " ".join(one for one in (scope or "").split() if one in allowed)

    def check_redirect_uri(self, redirect_uri):
        return redirect_uri in self.client_metadata.get("redirect_uris", [])

    def check_client_secret(self, client_secret):
        return secrets.compare_digest(client_secret, self.secret)

    def check_endpoint_auth_method(self, method, endpoint):
        return method == self.client_metadata.get("token_endpoint_auth_method", "client_secret_basic")

    def check_response_type(self, response_type):
        return response_type in self.client_metadata.get("response_types", [])

    def check_grant_type(self, grant_type):
        return grant_type in self.client_metadata.get("grant_types", [])

    # As the token that manages it.
    def check_client(self, client):
        return client is self


def bearer(asked):
    return asked.headers.get("Authorization", "").removeprefix("Bearer ")


def management(client):
    return {
        "registration_client_uri": f"{issuer()}/register/{client.client_id}",
        "registration_access_token": client.token,
    }


class Registration(ClientRegistrationEndpoint):
    def authenticate_token(self, asked):
        return bearer(asked) == INITIAL

    def get_server_metadata(self):
        return metadata()

    def generate_client_id(self, asked):
        return f"authlib:{secrets.token_hex(8)}"

    def generate_client_secret(self, asked):
        return secrets.token_urlsafe(32)

    def save_client(self, info, said, asked):
        clients[info["client_id"]] = Client(info, said)
        return clients[info["client_id"]]

    def generate_client_registration_info(self, client, asked):
        return management(client)


class Configuration(ClientConfigurationEndpoint):
    def authenticate_token(self, asked):
        return next((one for one in clients.values() if one.token == bearer(asked)), None)

    def authenticate_client(self, asked):
        return clients.get(request.view_args["client_id"])

    def revoke_access_token(self, asked, token):
        pass

    def check_permission(self, client, asked):
        return True

    def delete_client(self, client, asked):
        del clients[client.client_id]

    def update_client(self, client, said, asked):
        # A client that does not repeat its secret gets another; the token that manages it is another each time.
        client.client_metadata = dict(said)
        if "client_secret" not in asked.payload.data:
            client.secret = secrets.token_urlsafe(32)
            client.client_info["client_secret"] = client.secret
        client.token = secrets.token_urlsafe(32)
        return client

    def get_server_metadata(self):
        return metadata()

    def generate_client_registration_info(self, client, asked):
        return management(client)


class Tokens(JWTBearerTokenGenerator):
    def get_jwks(self):
        return KeySet([KEY]).as_dict(private=True)

    def get_audiences(self, client, user, scope):
        return AUDIENCE

    def get_extra_claims(self, client, grant_type, user, scope):
        return {}


class OwnCredentials(grants.ClientCredentialsGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post"]


app = Flask("server")
app.config["OAUTH2_TOKEN_EXPIRES_IN"] = {"client_credentials": 600}
listener = make_server("127.0.0.1", 0, app, threaded=True)


def issuer():
    return f"http://127.0.0.1:{listener.server_port}"


def metadata():
    return {
        "issuer": issuer(),
        "token_endpoint": f"{issuer()}/token",
        "authorization_endpoint": f"{issuer()}/authorize",
        "registration_endpoint": f"{issuer()}/register",
        "jwks_uri": f"{issuer()}/jwks",
        "grant_types_supported": ["authorization_code", "client_credentials"],
        "response_types_supported": ["code"],
        "scopes_supported": ["corp.read", "corp.write"],
        "token_endpoint_auth_methods_supported": ["client_secret_post"],
    }


server = AuthorizationServer(app, query_client=clients.get, save_token=lambda token, asked: None)
server.register_grant(OwnCredentials)
server.register_token_generator("default", Tokens(issuer(), alg="ES256"))
server.register_endpoint(Registration)
server.register_endpoint(Configuration)


@app.before_request
def may_be_away():
    if state["away"] and not request.path.startswith("/tests/"):
        return "", 503


@app.get("/.well-known/oauth-authorization-server")
def about():
    return jsonify(metadata())


@app.get("/jwks")
def jwks():
    return jsonify(KeySet([KEY]).as_dict(private=False))


@app.post("/token")
def token():
    return server.create_token_response()


@app.post("/register")
def register():
    return server.create_endpoint_response("client_registration")


@app.route("/register/<client_id>", methods=["GET", "PUT", "DELETE"])
def configure(client_id):
    return server.create_endpoint_response("client_configuration")


@app.get("/tests/clients/<client_id>")
def known(client_id):
    client = clients.get(client_id)
    return (jsonify(client.client_metadata), 200) if client else (jsonify({}), 404)


@app.get("/tests/<how>")
def stand(how):
    state["away"] = how == "away"
    return ""


logging.getLogger("werkzeug").setLevel(logging.ERROR)
threading.Thread(target=listener.serve_forever, daemon=True).start()
print(f"port {listener.server_port}", flush=True)
sys.stdin.read()
