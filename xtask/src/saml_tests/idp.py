# An identity provider of SAML that others wrote: the package pysaml2, which signs and encrypts by libxmlsec.
# usage: python idp.py FOLDER
# Begins with the certificate idp.crt and its key idp.key in FOLDER; says `port N` once it is there. POST /manner says how it answers from then on, as
# JSON; POST /party has it read the metadata of the gateway or of the console. GET /kick?sp=…&by=redirect signs out whom it signed in last there.
import json
import os
import re
import sys
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import saml2.entity
from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT
from saml2.authn_context import PASSWORD
from saml2.config import IdPConfig
from saml2.metadata import entity_descriptor
from saml2.saml import NAMEID_FORMAT_PERSISTENT
from saml2.samlp import response_from_string
from saml2.server import Server
from saml2.sigver import CryptoBackendXmlSec1, pre_encryption_part, verify_redirect_signature

folder = sys.argv[1]
manner = {}
parties = {}
# What it calls people, so that each is the same every time.
people = {}
# Whom it signed in last, and in which session, by where that was.
last = {}


def provider(port):
    """The provider anew, so that it knows what was said to it since."""
    base = f'http://127.0.0.1:{port}'
    config = {
        'entityid': f'{base}/metadata',
        'service': {
            'idp': {
                'name': 'idp of the tests',
                'endpoints': {
                    'single_sign_on_service': [(f'{base}/sso', BINDING_HTTP_REDIRECT)],
                    'single_logout_service': [(f'{base}/slo', BINDING_HTTP_REDIRECT)],
                },
                'policy': {'default': {'nameid_format': NAMEID_FORMAT_PERSISTENT, 'lifetime': {'minutes': 15}, 'attribute_restrictions': None, 'name_form': 'urn:oasis:names:tc:SAML:2.0:attrname-format:uri'}},
                'want_authn_requests_signed': True,
                'sign_response': False,
                'sign_assertion': False,
            },
        },
        'key_file': os.path.join(folder, manner.get('key', 'idp.key')),
        'cert_file': os.path.join(folder, manner.get('key', 'idp.key').replace('.key', '.crt')),
        # It knows another one, too, for which an answer may be.
        'metadata': {'inline': [*parties.values(), *(xml.replace('api.example.com/orders"', 'api.example.com/other"') for xml in parties.values())]} if parties else {},
        'xmlsec_binary': '/usr/bin/xmlsec1',
        'debug': 0,
    }
    server = Server(config=IdPConfig().load(config))
    server.ident.db = people
    return server


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def say(self, status, text, kind='text/html', **headers):
        body = text.encode()
        self.send_response(status)
        self.send_header('content-type', kind)
        self.send_header('content-length', str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        body = self.rfile.read(int(self.headers['content-length'])).decode()
        if self.path == '/party':
            parties[re.search('entityID="([^"]+)"', body)[1]] = body
        else:
            manner.clear()
            manner.update(json.loads(body))
        self.say(200, 'noted')

    def do_GET(self):
        port = self.server.server_address[1]
        idp = provider(port)
        path, query = urlsplit(self.path).path, {k: v[0] for k, v in parse_qs(urlsplit(self.path).query).items()}
        if path == '/metadata':
            return self.say(200, str(entity_descriptor(idp.config)), 'application/samlmetadata+xml')
        signed = {'relay_state': query.get('RelayState'), 'sigalg': query.get('SigAlg'), 'signature': query.get('Signature')}
        if path == '/kick':
            sp = query['sp']
            place = idp.metadata.single_logout_service(sp, BINDING_HTTP_REDIRECT, 'spsso')[0]['location']
            name_id, session = last[sp]
            by_form = query['by'] == 'form'
            _, asked = idp.create_logout_request(place, sp, name_id=name_id, session_indexes=[session] if query.get('all') is None else [], sign=by_form, sign_alg='http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', digest_alg='http://www.w3.org/2001/04/xmlenc#sha256')
            if by_form:
                page = dict(idp.apply_binding(BINDING_HTTP_POST, str(asked), place, 'kicked'))['data']
                return self.say(200, page if isinstance(page, str) else ''.join(page))
            to = idp.apply_binding(BINDING_HTTP_REDIRECT, str(asked), place, 'kicked', sign=True, sigalg='http://www.w3.org/2001/04/xmldsig-more#rsa-sha256')
            return self.say(302, '', location=dict(to['headers'])['Location'])
        if path == '/slo' and 'SAMLResponse' in query:
            assert query['RelayState'] == 'kicked', query
            said = idp.parse_logout_request_response(query['SAMLResponse'], BINDING_HTTP_REDIRECT)
            certificate = idp.metadata.certs(said.issuer(), 'spsso', 'signing')[0][1]
            good = verify_redirect_signature({name: query[name] for name in ('SAMLResponse', 'RelayState', 'SigAlg', 'Signature')}, idp.sec.sec_backend, certificate)
            return self.say(200, f'signed out: {good} {said.status_ok()}')
        if path == '/slo':
            asked = idp.parse_logout_request(query['SAMLRequest'], BINDING_HTTP_REDIRECT, **signed).message
            answer = idp.create_logout_response(asked, [BINDING_HTTP_REDIRECT])
            to = idp.apply_binding(BINDING_HTTP_REDIRECT, str(answer), destination=answer.destination, relay_state=query.get('RelayState', ''), response=True)
            print(f'signed out: {asked.name_id.text} {asked.session_index[0].text}', flush=True)
            return self.say(302, '', location=dict(to['headers'])['Location'])
        # It verifies the signature of the request, and who asks.
        asked = idp.parse_authn_request(query['SAMLRequest'], BINDING_HTTP_REDIRECT, **signed)
        assert asked is not None, 'the request is not signed as it should be'
        args = idp.response_args(asked.message)
        for name in ('destination', 'sp_entity_id', 'in_response_to'):
            args[name] = manner.get(name, args[name])
        person = manner.get('person', 'ada')
        if manner.get('encrypt'):
            method = 'http://www.w3.org/2009/xmlenc11#aes256-gcm' if manner['encrypt'] == 'gcm' else 'http://www.w3.org/2001/04/xmlenc#aes256-cbc'
            saml2.entity.pre_encryption_part = partial(pre_encryption_part, msg_enc=method)
            backend = CryptoBackendXmlSec1.encrypt_assertion
            idp.sec.crypto.encrypt_assertion = lambda *a, **k: backend(idp.sec.crypto, a[0], a[1], a[2], 'aes-256', k.get('node_xpath') or (a[4] if len(a) > 4 else None))
        answer = idp.create_authn_response(
            {'mail': [f'{person}@example.com'], 'eduPersonAffiliation': manner.get('groups', ['staff', 'member']), 'displayName': [manner.get('name', 'Ada <Lovelace> & "Co" \u00e9')]},
            userid=person,
            authn={'class_ref': PASSWORD, 'authn_auth': 'idp', 'authn_instant': None},
            sign_response=manner.get('sign', 'assertion') in ('response', 'both'),
            sign_assertion=manner.get('sign', 'assertion') in ('assertion', 'both'),
            sign_alg=manner.get('algorithm', 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'),
            digest_alg=manner.get('digest', 'http://www.w3.org/2001/04/xmlenc#sha256'),
            encrypt_assertion=bool(manner.get('encrypt')),
            encrypt_assertion_self_contained=True,
            **args,
        )
        if not manner.get('encrypt'):
            said = response_from_string(str(answer)).assertion[0]
            last[asked.message.issuer.text.strip()] = (said.subject.name_id, said.authn_statement[0].session_index)
        to = dict(idp.apply_binding(BINDING_HTTP_POST, str(answer), asked.message.assertion_consumer_service_url, query['RelayState'], response=True))
        page = to['data']
        self.say(200, page if isinstance(page, str) else ''.join(page))


server = ThreadingHTTPServer(('127.0.0.1', 0), Handler)
print(f'port {server.server_address[1]}', flush=True)
server.serve_forever()
