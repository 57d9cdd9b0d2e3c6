"""REST of chat: parse, find the caller's place in the conversation (404 for outsiders), call one action, answer."""
