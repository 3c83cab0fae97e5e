"""The WSGI entry point of SCORE MIS."""

import os

from django.core.wsgi import get_wsgi_application

from score_mis.lib import fonts

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "score_mis.settings")

application = get_wsgi_application()
fonts.require()
