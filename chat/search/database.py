"""The module of the database that there is."""

from django.db import connection

from chat.search import postgresql, sqlite

_database = postgresql if connection.vendor == "postgresql" else sqlite
containing, with_links = _database.containing, _database.with_links
