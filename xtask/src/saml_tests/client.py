# People with a browser at a gateway with `saml-auth` and `cas-auth`, and the provider and the server of the tests.
# usage: python client.py GATEWAY IDP CAS [CASE]
import sys
import time
from html.parser import HTMLParser
from urllib.parse import urljoin

import requests

gateway, idp, cas = sys.argv[1:4]
only = sys.argv[4] if len(sys.argv) > 4 else ''
ORDERS = f'{gateway}/orders/all?page=2'
REPORTS = f'{gateway}/reports/all'
PAGE = {'accept': 'text/html'}


class Form(HTMLParser):
    """The first form of a page that is sent by POST."""

    def __init__(self, text):
        super().__init__()
        self.action, self.fields, self.open = None, {}, False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == 'form' and self.action is None:
            self.action, self.open = attrs.get('action') or '', True
        elif tag == 'input' and self.open and attrs.get('name'):
            self.fields[attrs['name']] = attrs.get('value') or ''

    def handle_endtag(self, tag):
        self.open = self.open and tag != 'form'


def submit(browser, page, **changes):
    form = Form(page.text)
    assert form.action is not None, page.text[:500]
    return browser.post(urljoin(page.url, form.action), {**form.fields, **changes}, headers={**PAGE, 'referer': page.url})


def manner(**how):
    requests.post(f'{idp}/manner', json=how).raise_for_status()


def signed_in(**how):
    """A browser, and what came of the provider's answer."""
    manner(**how)
    browser = requests.Session()
    return browser, submit(browser, browser.get(ORDERS, headers=PAGE))


def said(answer):
    assert answer.status_code == 200, (answer.status_code, answer.text[:500])
    return answer.json()['headers']


def by_every_signature_that_is_accepted():
    more, enc = 'http://www.w3.org/2001/04/xmldsig-more#', 'http://www.w3.org/2001/04/xmlenc#'
    for sign in ('assertion', 'response', 'both'):
        for algorithm, digest in ((f'{more}rsa-sha256', f'{enc}sha256'), (f'{more}rsa-sha384', f'{more}sha384'), (f'{more}rsa-sha512', f'{enc}sha512')):
            browser, answer = signed_in(sign=sign, algorithm=algorithm, digest=digest, person='grace')
            assert answer.url == ORDERS, answer.url
            headers = said(answer)
            assert (headers['x-mail'], headers['x-groups']) == ('grace@example.com', 'staff,member'), headers
            assert 'cookie' not in headers and headers['x-user'], headers


def another_person_is_somebody_else():
    ada, first = signed_in(person='ada')
    eve, second = signed_in(person='eve')
    assert said(first)['x-user'] != said(second)['x-user']
    assert said(ada.get(ORDERS))['x-mail'] == 'ada@example.com'
    assert said(eve.get(ORDERS))['x-mail'] == 'eve@example.com'


def encrypted_assertions_are_opened():
    for sign in ('assertion', 'response', 'both'):
        _, answer = signed_in(sign=sign, encrypt='gcm', person='grace')
        assert said(answer)['x-mail'] == 'grace@example.com'
    _, answer = signed_in(encrypt='cbc')
    assert answer.status_code == 400, answer.text


def what_is_weak_or_not_signed_is_refused():
    for how in (
        {'sign': 'none'},
        {'algorithm': 'http://www.w3.org/2000/09/xmldsig#rsa-sha1'},
        {'digest': 'http://www.w3.org/2000/09/xmldsig#sha1'},
        {'key': 'other.key'},
        {'destination': 'http://127.0.0.1:1/elsewhere'},
        {'in_response_to': 'another'},
        {'sp_entity_id': 'https://api.example.com/other'},
    ):
        browser, answer = signed_in(**how)
        assert answer.status_code == 400, (how, answer.status_code, answer.text)
        assert browser.get(ORDERS, headers=PAGE, allow_redirects=False).status_code == 302


def an_answer_is_taken_once_and_by_the_browser_that_asked():
    manner()
    browser, other = requests.Session(), requests.Session()
    page = browser.get(ORDERS, headers=PAGE)
    kept = browser.cookies.copy()
    assert submit(other, page).status_code == 400
    message = Form(page.text).fields['SAMLResponse']
    assert submit(browser, page, SAMLResponse=message[:-8] + 'AAAAAAA=').status_code == 400
    assert submit(browser, page).status_code == 200
    browser.cookies = kept
    assert submit(browser, page).status_code == 400


def signing_out_ends_it_here_and_there():
    browser, answer = signed_in()
    said(answer)
    out = browser.get(f'{gateway}/orders/.saml/logout', headers=PAGE)
    assert out.url.startswith(f'{gateway}/orders/.saml/signed-out?SAMLResponse='), out.url
    assert 'You are signed out' in out.text
    assert browser.get(ORDERS, headers=PAGE, allow_redirects=False).status_code == 302
    assert browser.get(ORDERS).status_code == 401


def kicked(browser, by, **how):
    """The provider signs out whom it signed in last, by this browser; what it makes of the answer."""
    page = browser.get(f'{idp}/kick', params={'sp': 'https://api.example.com/orders', 'by': by, **how}, headers=PAGE)
    done = submit(browser, page) if by == 'form' else page
    assert (done.status_code, done.text) == (200, 'signed out: True True'), (done.url, done.text[:500])


def signing_out_at_the_provider_ends_it_here():
    for by in ('redirect', 'form'):
        other, first = signed_in(person='grace')
        said(first)
        browser, answer = signed_in(person='grace')
        said(answer)
        kicked(browser, by)
        assert browser.get(ORDERS, headers=PAGE, allow_redirects=False).status_code == 302
        said(other.get(ORDERS))
        # Another browser brings it, and it ends all the same.
        kicked(requests.Session(), by, all='1')
        assert other.get(ORDERS, headers=PAGE, allow_redirects=False).status_code == 302


def a_person_who_signs_out_at_the_cas_server_is_out_here():
    browser = requests.Session()
    answer = submit(browser, browser.get(REPORTS, headers=PAGE), username='ada', password='engine')
    while answer.url.startswith(cas):
        answer = submit(browser, answer)
    said(answer)
    browser.get(f'{cas}/cas/logout', headers=PAGE)
    # It says so by itself, after it has answered.
    until = time.monotonic() + 60
    while browser.get(REPORTS).status_code != 401:
        assert time.monotonic() < until, 'the session goes on'


def a_person_of_the_cas_server_signs_in_and_out():
    browser = requests.Session()
    page = browser.get(REPORTS, headers=PAGE)
    assert page.url.startswith(f'{cas}/cas/login?service='), page.url
    wrong = submit(browser, page, username='ada', password='wrong')
    answer = submit(browser, wrong, username='ada', password='engine')
    while answer.url.startswith(cas):
        # It asks once more whether the service may know.
        answer = submit(browser, answer)
    assert answer.url == REPORTS, (answer.url, answer.text[:500])
    headers = said(answer)
    assert (headers['x-user'], headers['x-mail'], headers['x-groups']) == ('ada', 'ada@example.com', 'staff,members'), headers
    out = browser.get(f'{gateway}/reports/.cas/logout', headers=PAGE)
    assert out.status_code == 200 and (out.url.startswith(cas) or out.url.endswith('/.cas/signed-out')), out.url
    assert browser.get(REPORTS, headers=PAGE).url.startswith(f'{cas}/cas/login')


def a_ticket_is_good_once_and_for_the_browser_that_asked():
    browser, other = requests.Session(), requests.Session()
    page = browser.get(REPORTS, headers=PAGE)
    form = Form(page.text)
    sent = browser.post(urljoin(page.url, form.action), {**form.fields, 'username': 'ada', 'password': 'engine'}, headers={'referer': page.url}, allow_redirects=False)
    back = sent.headers['location']
    assert back.startswith(f'{gateway}/reports/.cas/callback?state=') and '&ticket=ST-' in back, back
    assert other.get(back, headers=PAGE).status_code == 400
    assert browser.get(back.replace('&ticket=ST-', '&ticket=ST-x'), headers=PAGE).status_code == 400
    kept = browser.cookies.copy()
    assert browser.get(back, headers=PAGE).status_code == 200
    browser.cookies = kept
    assert browser.get(back, headers=PAGE).status_code == 400


requests.post(f'{idp}/party', data=requests.get(f'{gateway}/orders/.saml/metadata').content).raise_for_status()
cases = [case for name, case in list(globals().items()) if callable(case) and getattr(case, '__module__', None) == '__main__' and not isinstance(case, type) and name not in ('submit', 'manner', 'signed_in', 'said', 'kicked')]
for case in cases:
    if only in case.__name__:
        case()
        print(f"  {case.__name__.replace('_', ' ')}", flush=True)
