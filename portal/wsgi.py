"""The door for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

from portal.checks import refuse_demo_accounts, refuse_unsafe
from portal.env import plainly
from portal.sharing import share_counts

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
share_counts()
with plainly():
    refuse_unsafe()
    application = get_wsgi_application()
    refuse_demo_accounts()
