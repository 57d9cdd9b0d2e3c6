"""Everything over HTTP: streams and polls by the raw application, the rest by Django."""

import os
from typing import Any

import django
from channels.routing import ProtocolTypeRouter

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup(set_prefix=False)

from config.handler import ThreadHandler  # noqa: E402 - after the applications are loaded
from config.limits import LimitBody  # noqa: E402
from config.stream_role import StreamRole  # noqa: E402
from realtime.asgi import RawApplication, lifespan, serves  # noqa: E402

raw_application = RawApplication()
limited_application = LimitBody(ThreadHandler())


def route(scope: Any, receive: Any, send: Any) -> Any:
    """Streams and polls have no body to limit, and would carry the wrapping along for life; the rest has."""
    application = raw_application if serves(scope["path"]) else limited_application
    return application(scope, receive, send)


application: Any = ProtocolTypeRouter({"http": route, "lifespan": lifespan})
stream_application: Any = ProtocolTypeRouter({"http": StreamRole(route), "lifespan": lifespan})
