"""People, and the log-ins behind their browsers and tokens. All changes: `accounts.actions`."""

from accounts.models.blocks import Block, BlockQuerySet
from accounts.models.departures import Departure, RetiredName
from accounts.models.mails import Mail
from accounts.models.passkeys import (
    ID_BYTES,
    ID_CHARACTERS,
    MAX_PASSKEYS,
    NAME_CHARACTERS,
    Passkey,
    SpentChallenge,
)
from accounts.models.sessions import (
    Session,
    SessionQuerySet,
    StreamTicket,
    new_token_name,
    sessions_ended_since,
)
from accounts.models.takeouts import Takeout
from accounts.models.two_factor import (
    RECOVERY_CODES,
    RecoveryCode,
    TwoFactor,
    new_recovery_code,
)
from accounts.models.users import User, UserManager, UserQuerySet, new_id

__all__ = [
    "ID_BYTES",
    "ID_CHARACTERS",
    "MAX_PASSKEYS",
    "NAME_CHARACTERS",
    "RECOVERY_CODES",
    "Block",
    "BlockQuerySet",
    "Departure",
    "Mail",
    "Passkey",
    "RecoveryCode",
    "RetiredName",
    "Session",
    "SessionQuerySet",
    "SpentChallenge",
    "StreamTicket",
    "Takeout",
    "TwoFactor",
    "User",
    "UserManager",
    "UserQuerySet",
    "new_id",
    "new_recovery_code",
    "new_token_name",
    "sessions_ended_since",
]
