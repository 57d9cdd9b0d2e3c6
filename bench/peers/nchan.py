"""nchan, a module of nginx in C: where it is from, and how it is set up."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

PACKAGES = ("nginx-core", "libnginx-mod-nchan")
MODULE = Path("/usr/lib/nginx/modules/ngx_nchan_module.so")
CONFIGURATION = """
load_module {module};
daemon off;
master_process off;
pid {work}/nginx.pid;
error_log {work}/error.log warn;
worker_rlimit_nofile {files};
events {{ worker_connections {connections}; }}
http {{
  access_log off;
  client_body_temp_path {work}/body;
  proxy_temp_path {work}/proxy;
  fastcgi_temp_path {work}/fastcgi;
  uwsgi_temp_path {work}/uwsgi;
  scgi_temp_path {work}/scgi;
  nchan_max_reserved_memory 256m;
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    location = /events {{
      nchan_subscriber eventsource;
      nchan_channel_id room;
      nchan_subscriber_first_message newest;
    }}
    location = /publish {{
      nchan_publisher;
      nchan_channel_id room;
      nchan_message_buffer_length 100;
    }}
  }}
}}
"""


def why_not() -> str:
    """Why it cannot be measured here, after trying to install it; empty where it can."""
    if not MODULE.exists() and shutil.which("apt-get") and os.getuid() == 0:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}  # starts no service
        subprocess.run(["apt-get", "update"], env=environment, check=False, **quiet)
        install = ["apt-get", "install", "--yes", "--no-install-recommends", *PACKAGES]
        subprocess.run(install, env=environment, check=False, **quiet)
    if not MODULE.exists() or not shutil.which("nginx"):
        return f"needs Debian's {' and '.join(PACKAGES)}; install them as root"
    return ""


def configure(work: Path, port: int, connections: int) -> list[str]:
    """Write its configuration; the command that starts it."""
    path = work / "nginx.conf"
    path.write_text(
        CONFIGURATION.format(
            module=MODULE, work=work, port=port, connections=2 * connections + 100, files=2 * connections + 200
        )
    )
    return ["nginx", "-p", str(work), "-c", str(path)]
