"""Everything over HTTP: streams by the raw application, the rest by Django."""

import os

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django_application = get_asgi_application()

from django.urls import re_path  # noqa: E402 - after the applications are loaded

from config.limits import LimitBody  # noqa: E402
from realtime.asgi import StreamApplication, lifespan  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": LimitBody(
            URLRouter([re_path(r"^api/realtime/stream$", StreamApplication()), re_path(r"", django_application)])
        ),
        "lifespan": lifespan,
    }
)
