"""The ASGI entry point of SCORE MIS."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "score_mis.settings")

application = get_asgi_application()
