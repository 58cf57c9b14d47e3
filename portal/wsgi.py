"""The door for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

from portal.checks import refuse_unsafe
from portal.env import plainly

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
with plainly():
    refuse_unsafe()
    application = get_wsgi_application()
