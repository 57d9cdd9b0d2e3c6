"""REST of accounts: parse, call one action, answer."""
