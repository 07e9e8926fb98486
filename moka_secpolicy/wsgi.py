"""The WSGI entry point: `gunicorn moka_secpolicy.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moka_secpolicy.settings")

application = get_wsgi_application()
