"""Why an action is refused."""


class NotAllowed(Exception):
    """The person's role in the group does not allow it; the text says which does."""


class NotAGroup(Exception):
    """A direct conversation is of exactly two people, and nobody's in particular."""


class LastAdmin(Exception):
    """A group must not be left without an admin: name a successor."""
