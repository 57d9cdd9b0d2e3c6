"""Real PostgreSQL and Valkey for the tests, from wheels: nothing has to be installed on the machine.

with Postgres() as postgres, Valkey() as valkey:    # postgres.url, valkey.kill(), valkey.start() ...
python -m tests.services -- COMMAND...              # COMMAND with DATABASE_URL and REDIS_URL set
"""

from tests.services.postgres import Postgres
from tests.services.service import HOST, Service, ServiceError, free_port, is_gone, wait_until
from tests.services.valkey import Valkey

__all__ = ["HOST", "Postgres", "Service", "ServiceError", "Valkey", "free_port", "is_gone", "wait_until"]
