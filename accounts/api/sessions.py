"""One's devices and one's password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import update_session_auth_hash
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import actions
from accounts.api.base import caller, leave, parsed
from accounts.ids import parse_id
from accounts.models import Session, StreamTicket
from accounts.paging import cursor_refused, decode_cursor, page_of
from accounts.serializers import PageQuery, PasswordSerializer, SessionListSchema, SessionSerializer, TicketSchema

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request


class SessionsView(APIView):
    """The devices that are logged in."""

    @extend_schema(operation_id="auth_sessions", parameters=[PageQuery], responses={200: SessionListSchema})
    def get(self, request: Request) -> Response:
        """One's own, newest first; the one that asks is `current`."""
        user, current = caller(request)
        query = parsed(PageQuery(data=request.query_params))
        sessions = Session.objects.live().filter(user=user).order_by("-id")
        if "cursor" in query:
            sessions = sessions.filter(id__lt=_last_id(query["cursor"]))
        shown = SessionSerializer(context={"session": current})
        return Response(page_of(sessions, query["limit"], lambda row: str(row.pk), shown.to_representation))

    @extend_schema(operation_id="auth_sessions_end", responses={204: None})
    def delete(self, request: Request) -> Response:
        """Log out all devices but the one that asks; their streams end as well."""
        user, current = caller(request)
        actions.end_sessions(user=user, reason=Session.EndReason.REVOKED, except_session=current)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _last_id(cursor: str) -> UUID:
    try:
        return parse_id(decode_cursor(cursor))
    except NotFound:
        raise cursor_refused() from None


class SessionView(APIView):
    """One of them."""

    @extend_schema(
        operation_id="auth_session_end",
        parameters=[OpenApiParameter("session_id", {"type": "string", "format": "uuid"}, OpenApiParameter.PATH)],
        responses={204: None},
    )
    def delete(self, request: Request, session_id: str) -> Response:
        """Log that device out; its streams end as well. 404 for anybody else's."""
        user, current = caller(request)
        session = Session.objects.filter(pk=parse_id(session_id), user=user, ended_at=None).first()
        if session is None:
            raise NotFound
        if session == current:
            leave(request)
        else:
            actions.end_session(session=session, reason=Session.EndReason.REVOKED)
        return Response(status=status.HTTP_204_NO_CONTENT)


class TicketView(APIView):
    """A way into a stream for clients that can send neither header nor cookie there."""

    @extend_schema(operation_id="auth_stream_ticket", request=None, responses={200: TicketSchema})
    def post(self, request: Request) -> Response:
        """A ticket for `?ticket=` of one stream or poll, within `expires_in` seconds."""
        _user, session = caller(request)
        ticket = actions.issue_ticket(session=session)
        return Response({"ticket": ticket, "expires_in": int(StreamTicket.LIFETIME.total_seconds())})


class PasswordView(APIView):
    """One's password."""

    @extend_schema(operation_id="auth_password", request=PasswordSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        """Change it; every other session ends, this one stays."""
        user, session = caller(request)
        wanted = parsed(PasswordSerializer(data=request.data, context={"user": user, "request": request}))
        changed = actions.set_password(user=user, password=wanted["new_password"], keep=session)
        if session.kind == Session.Kind.BROWSER:
            # The cookie carries a hash of the password, and gets a new key with the new one.
            update_session_auth_hash(request._request, changed)
            actions.renew_session_key(session=session, session_key=request._request.session.session_key or "")
        return Response(status=status.HTTP_204_NO_CONTENT)
