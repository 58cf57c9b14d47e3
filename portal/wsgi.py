"""The door for gunicorn."""

import gc
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

# What is loaded by now stays: the collector need not walk through it again, in no process forked from here. And a page
# makes more objects than the collector's own patience of 700.
gc.collect()
gc.freeze()
gc.set_threshold(25_000, 20, 20)
