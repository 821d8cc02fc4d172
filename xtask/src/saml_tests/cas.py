# A CAS server that others wrote: the package django-cas-server.
# usage: python cas.py FOLDER
# Says `port N` once it is there. Lets in `ada` with the password `engine`.
import os
import sys
import tempfile
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
from django.conf import settings

folder = tempfile.mkdtemp(dir=sys.argv[1])
settings.configure(
    SECRET_KEY='only for tests',
    ALLOWED_HOSTS=['127.0.0.1'],
    ROOT_URLCONF='__main__',
    INSTALLED_APPS=['django.contrib.auth', 'django.contrib.contenttypes', 'django.contrib.sessions', 'django.contrib.messages', 'django.contrib.staticfiles', 'cas_server'],
    MIDDLEWARE=['django.contrib.sessions.middleware.SessionMiddleware', 'django.middleware.csrf.CsrfViewMiddleware', 'django.contrib.auth.middleware.AuthenticationMiddleware', 'django.contrib.messages.middleware.MessageMiddleware', 'django.middleware.locale.LocaleMiddleware'],
    TEMPLATES=[{'BACKEND': 'django.template.backends.django.DjangoTemplates', 'APP_DIRS': True, 'OPTIONS': {'context_processors': ['django.template.context_processors.request', 'django.contrib.auth.context_processors.auth', 'django.contrib.messages.context_processors.messages']}}],
    DATABASES={'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': os.path.join(folder, 'cas.db')}},
    STATIC_URL='/static/',
    USE_TZ=True,
    DEFAULT_AUTO_FIELD='django.db.models.AutoField',
    CAS_AUTH_CLASS='cas_server.auth.TestAuthUser',
    CAS_TEST_USER='ada',
    CAS_TEST_PASSWORD='engine',
    CAS_TEST_ATTRIBUTES={'mail': 'ada@example.com', 'memberOf': ['staff', 'members']},
    CAS_NEW_VERSION_HTML_WARNING=False,
    CAS_NEW_VERSION_EMAIL_WARNING=False,
)
django.setup()

from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.urls import include, path

urlpatterns = [path('cas/', include('cas_server.urls', namespace='cas_server'))]
call_command('migrate', verbosity=0)

from cas_server.models import ReplaceAttributName, ServicePattern

pattern = ServicePattern.objects.create(pos=1, name='gateway', pattern=r'^http://127\.0\.0\.1:\d+/reports/\.cas/', single_log_out=True)
ReplaceAttributName.objects.create(name='mail', replace='', service_pattern=pattern)
ReplaceAttributName.objects.create(name='memberOf', replace='', service_pattern=pattern)


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


server = make_server('127.0.0.1', 0, get_wsgi_application(), handler_class=Quiet)
print(f'port {server.server_port}', flush=True)
server.serve_forever()
