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


async def route(scope: Any, receive: Any, send: Any) -> None:
    """A stream, or anything else."""
    application = stream_application if scope["path"] == STREAM_PATH else django_application
    await application(scope, receive, send)


application: Any = ProtocolTypeRouter({"http": LimitBody(route), "lifespan": lifespan})
