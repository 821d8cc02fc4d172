# People with a browser who sign in to console and portal by the provider of the tests.
# usage: python console.py ADMIN IDP TOKEN FOLDER [CASE]
import json
import sys
from html.parser import HTMLParser
from urllib.parse import urljoin

import requests

admin, idp, token, folder = sys.argv[1:5]
only = sys.argv[5] if len(sys.argv) > 5 else ''
US = 'https://apis.example.com/pailou'
SIDES = (('/api/v1', '/console'), ('/portal/api/v1', '/portal'))
PAGE = {'accept': 'text/html'}


class Form(HTMLParser):
    """The only form of a page."""

    def __init__(self, text):
        super().__init__()
        self.action, self.fields = None, {}
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == 'form':
            self.action = attrs.get('action') or ''
        elif tag == 'input' and attrs.get('name'):
            self.fields[attrs['name']] = attrs.get('value') or ''


def operator(method, path, body=None):
    answer = requests.request(method, f'{admin}/api/v1{path}', json=body, headers={'authorization': f'Bearer {token}'})
    assert answer.ok, (method, path, answer.status_code, answer.text)
    return answer.json()


def text(name):
    with open(f'{folder}/{name}') as file:
        return file.read()


def submit(browser, page):
    """The form of a page of the provider, sent as browsers send it to another site."""
    form = Form(page.text)
    assert form.action is not None, page.text[:500]
    headers = {**PAGE, 'origin': idp, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate'}
    return browser.post(urljoin(page.url, form.action), form.fields, headers=headers, allow_redirects=False)


def manner(**how):
    requests.post(f'{idp}/manner', json=how).raise_for_status()


def came(api, **how):
    """A browser that signed in, and where it was sent then."""
    manner(**how)
    browser = requests.Session()
    begun = browser.post(f'{admin}{api}/sso/corp', json={'next': '/apis'})
    assert begun.ok, begun.text
    page = browser.get(begun.json()['location'], headers=PAGE)
    done = submit(browser, page)
    assert done.status_code == 303, (done.status_code, done.text)
    return browser, done.headers['location']


def session(browser, api):
    return browser.get(f'{admin}{api}/session')


def a_person_signs_in_and_their_session_works_with_the_api():
    for api, pages in SIDES:
        for how in ({}, {'sign': 'response'}, {'sign': 'both'}, {'encrypt': 'gcm'}):
            browser, to = came(api, groups=['admins'], name='Ada Lovelace', **how)
            assert to == f'{admin}{pages}/apis', to
            known = session(browser, api).json()
            assert (known['user']['email'], known['user']['name']) == ('ada@example.com', 'Ada Lovelace'), known
        if api == '/api/v1':
            made = browser.post(f'{admin}/api/v1/workspaces', json={'kind': 'workspace', 'name': f'of-{len(how)}'}, headers={'x-csrf-token': known['csrf']})
            assert made.status_code == 201, made.text
            assert browser.get(f'{admin}/api/v1/apis').status_code == 200


def groups_say_who_may_what_and_change_with_every_sign_in():
    browser, to = came('/api/v1', person='eve', groups=['readers'])
    assert to.endswith('/console/apis'), to
    assert browser.get(f'{admin}/api/v1/apis').status_code == 200
    assert browser.get(f'{admin}/api/v1/members').status_code == 403
    _, to = came('/api/v1', person='eve', groups=['nobody'])
    assert 'problem=no-role' in to, to
    assert browser.get(f'{admin}/api/v1/apis').status_code == 401, 'what was open is over'


def what_is_weak_or_for_another_is_refused():
    for how in (
        {'sign': 'none'},
        {'algorithm': 'http://www.w3.org/2000/09/xmldsig#rsa-sha1'},
        {'key': 'other.key'},
        {'destination': f'{admin}/elsewhere'},
        {'in_response_to': 'another'},
        {'sp_entity_id': 'https://apis.example.com/other'},
        {'encrypt': 'cbc'},
    ):
        browser, to = came('/api/v1', groups=['admins'], **how)
        assert to.endswith('/console/sign-in?problem=provider&provider=corp'), (how, to)
        assert session(browser, '/api/v1').status_code == 401


def signing_out_here_ends_it_there():
    for api, pages in SIDES:
        browser, _ = came(api, groups=['admins'])
        out = browser.delete(f'{admin}{api}/session', headers={'x-csrf-token': session(browser, api).json()['csrf']})
        page = browser.get(out.json()['location'], headers=PAGE)
        assert page.url == f'{admin}{pages}/sign-in', page.url
        assert session(browser, api).status_code == 401


def signing_out_there_ends_it_here():
    for by in ('redirect', 'form'):
        browser, _ = came('/api/v1', groups=['admins'])
        portal, _ = came('/portal/api/v1', groups=['admins'])
        other, _ = came('/api/v1', groups=['admins'])
        for everywhere, (out, still) in (({}, ([other], [browser, portal])), ({'all': '1'}, ([browser, portal], []))):
            page = other.get(f'{idp}/kick', params={'sp': US, 'by': by, **everywhere}, headers=PAGE)
            if by == 'form':
                page = other.get(submit(other, page).headers['location'], headers=PAGE)
            assert (page.status_code, page.text) == (200, 'signed out: True True'), (page.url, page.text[:500])
            for one, expected in [(one, 401) for one in out] + [(one, 200) for one in still]:
                api = '/portal/api/v1' if one is portal else '/api/v1'
                assert session(one, api).status_code == expected


operator('PUT', '/secrets/saml', {'value': text('console.key')})
operator('PUT', '/identity-providers/corp', {
    'kind': 'identity-provider', 'name': 'corp', 'issuer': f'{idp}/metadata', 'client_id': US,
    'saml': {'metadata': f'{idp}/metadata', 'key': 'secret://saml', 'certificate': text('console.crt')},
    'groups_claim': 'eduPersonAffiliation', 'email_domains': ['example.com'], 'trust_emails': True,
    'console': {'create': True, 'roles': [{'group': 'admins', 'role': 'admin', 'workspace': '*'}, {'group': 'readers', 'role': 'viewer'}]},
    'portal': {},
})
manner()
check = operator('POST', '/identity-providers/corp/check')
assert check['ready'] and check['signs_out'], json.dumps(check)
ours = requests.get(check['metadata_uri']).text
for party in (ours, ours.replace(US, 'https://apis.example.com/other')):
    # It knows another one, too, for which an answer may be.
    requests.post(f'{idp}/party', data=party).raise_for_status()
cases = [a_person_signs_in_and_their_session_works_with_the_api, groups_say_who_may_what_and_change_with_every_sign_in, what_is_weak_or_for_another_is_refused, signing_out_here_ends_it_there, signing_out_there_ends_it_here]
for case in cases:
    if only in case.__name__:
        case()
        print(f"  {case.__name__.replace('_', ' ')}", flush=True)
