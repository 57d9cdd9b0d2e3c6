"""Everything over HTTP: streams by the raw application, the rest by Django."""

import os
from typing import Any

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django_application: Any = get_asgi_application()

from config.limits import LimitBody  # noqa: E402 - after the applications are loaded
from realtime.asgi import STREAM_PATH, StreamApplication, lifespan  # noqa: E402

stream_application = StreamApplication()


limited_application = LimitBody(django_application)


def route(scope: Any, receive: Any, send: Any) -> Any:
    """A stream, which has no body to limit and would carry the wrapping along as long as it lives; or the rest."""
    application = stream_application if scope["path"] == STREAM_PATH else limited_application
    return application(scope, receive, send)


application: Any = ProtocolTypeRouter({"http": route, "lifespan": lifespan})
