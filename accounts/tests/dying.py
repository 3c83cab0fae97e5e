"""The site as gunicorn runs it, but a request with the header X-Die kills its server between commit and answer."""

import os
import signal
import sys
from typing import Any

from score_mis.wsgi import application

__all__ = ["application"]

once: Any = sys.modules["accounts.once"]  # loaded with the site; to be imported only when the apps are ready
answer = once._first_answer


def die_or_answer(request: Any, *given: Any) -> Any:
    """Kill gunicorn and this process of it, where the request asks for it."""
    if "X-Die" in request.headers:
        os.kill(os.getppid(), signal.SIGKILL)
        os.kill(os.getpid(), signal.SIGKILL)
    return answer(request, *given)


once._first_answer = die_or_answer
