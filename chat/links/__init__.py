"""What people link to: finding the links in what they write, and reading other people's pages, which nobody trusts."""

from chat.links.describing import Described
from chat.links.fetching import Fetcher, Refused, Unreachable
from chat.links.finding import MAX_LINKS, links_in
from chat.links.looking import look_up

__all__ = ["MAX_LINKS", "Described", "Fetcher", "Refused", "Unreachable", "links_in", "look_up"]
