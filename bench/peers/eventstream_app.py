"""django-eventstream as its README sets it up for more than one process: `send_event` goes through Redis.

Without storage (the lighter of its two ways), without authorisation, without any middleware.

python -m bench.peers.eventstream_app       the publisher; RATE SECONDS by standard input
"""

from __future__ import annotations

import json
import os
import sys

import django
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.urls import include, path

if not settings.configured:
    settings.configure(
        ALLOWED_HOSTS=["*"],
        SECRET_KEY="bench",
        ROOT_URLCONF=__name__,
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django_eventstream"],
        MIDDLEWARE=[],
        DATABASES={},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        EVENTSTREAM_REDIS={"host": "127.0.0.1", "port": int(os.environ["BENCH_REDIS_PORT"]), "db": 0},
        LOGGING_CONFIG=None,
    )
    django.setup()

import django_eventstream

urlpatterns = [path("events/", include(django_eventstream.urls), {"channels": ["room"]})]
application = get_asgi_application()


def main() -> None:
    """Publish at the pace that standard input asks for."""
    from bench import pace
    from bench.subjects import payload

    print('"ready"', flush=True)
    for line in sys.stdin:
        rate, seconds = map(float, line.split())
        sent = pace.run(
            lambda: django_eventstream.send_event("room", "message.created", payload(), json_encode=False),
            rate,
            seconds,
        )
        print(json.dumps(sent), flush=True)


if __name__ == "__main__":
    main()
