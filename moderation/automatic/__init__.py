"""Automatic help against spam. The apps below ask `screening`; what comes of it is in `moderation.actions.noticing`."""
