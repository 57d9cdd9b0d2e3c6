"""The module of the database that there is."""

from django.db import connection

from chat.search import postgresql, sqlite

_database = postgresql if connection.vendor == "postgresql" else sqlite
attempts, with_links = _database.attempts, _database.with_links
