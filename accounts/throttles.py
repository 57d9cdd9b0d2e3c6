"""The limits as the API's views meet them: one class for all, told by the view what it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.permissions import SAFE_METHODS
from rest_framework.throttling import BaseThrottle

from accounts import limits

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.views import APIView


class Throttle(BaseThrottle):
    """Counts a request for its person, or its address where nobody is known.

    A view may say `throttle_scope` (None: no limit) instead of `reads` and `writes`, and `throttle_address` to count
    addresses without looking for a person.
    """

    wait_s = 0

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Whether there is a token left."""
        scope: str | None = getattr(view, "throttle_scope", "reads" if request.method in SAFE_METHODS else "writes")
        if scope is not None:
            self.wait_s = limits.take(scope, self._key(request, view))
        return not self.wait_s

    def wait(self) -> int:
        """Seconds until it is worth trying again."""
        return self.wait_s

    @staticmethod
    def _key(request: Request, view: APIView) -> str:
        if getattr(view, "throttle_address", False) or not request.user.is_authenticated:
            return limits.address_key(request._request)
        return str(request.user.pk)
