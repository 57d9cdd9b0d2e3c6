FROM python:3.13-slim AS build
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_NO_CACHE=1 UV_PYTHON_DOWNLOADS=never
WORKDIR /srv/brook
COPY requirements requirements
RUN pip install --no-cache-dir --require-hashes --requirement requirements/uv.txt
RUN uv venv && uv pip sync --require-hashes requirements/base.txt
COPY . .
# This compiles the translations, too: config/apps.py.
RUN BROOK_DATA=/tmp/brook .venv/bin/python manage.py collectstatic --noinput


# The proxy carries the static files of the same version; docker-compose.yml builds it beside the server.
FROM caddy:2 AS proxy
COPY deploy/Caddyfile /etc/caddy/Caddyfile
COPY --from=build /srv/brook/staticfiles /srv/static


FROM python:3.13-slim AS server
RUN useradd --system --uid 10001 --no-create-home brook && install --directory --owner brook --mode 700 /data /data/media
WORKDIR /srv/brook
COPY --from=build /srv/brook .
ENV PATH=/srv/brook/.venv/bin:$PATH PYTHONUNBUFFERED=1 HOST=0.0.0.0 PORT=8000 BROOK_DATA=/data BROOK_DEMO=0
USER brook
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
  CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://localhost:' + os.environ['PORT'] + '/health/live', timeout=4)"]
CMD ["python", "manage.py", "serve"]
