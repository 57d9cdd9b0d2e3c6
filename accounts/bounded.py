"""Lists that stay quick however long a table is: nothing counts all of it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.utils.functional import cached_property

MOST_COUNTED = 2_000


class BoundedPaginator(Paginator):  # type: ignore[type-arg] # not generic at run time
    """Counts no further than `MOST_COUNTED`: the pages behind that are reached by filters, not by turning."""

    @cached_property
    def count(self) -> int:
        """How many rows there are, or `MOST_COUNTED`."""
        rows: Any = self.object_list
        return int(rows.order_by().values("pk")[:MOST_COUNTED].count()) if hasattr(rows, "order_by") else len(rows)


class BoundedAdmin(admin.ModelAdmin):  # type: ignore[type-arg] # not generic at run time
    """Counts no whole table: not for the pages, not beside them, not for each choice of a filter.

    Where the table may be long, `sortable_by` names the columns that have an index.
    """

    paginator = BoundedPaginator
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
