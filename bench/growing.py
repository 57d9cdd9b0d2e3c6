"""Messages in bulk, as people write them: words by Zipf's law, some Chinese and Japanese, a few busy conversations.

Everything is written by PostgreSQL itself, 100,000 messages at a time; the indexes for words are made anew afterwards,
as a restore does.
"""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from accounts.models import User
    from chat.models import Conversation

CONVERSATIONS, PEOPLE_EACH = 2_000, 10
VOCABULARY = 20_000
BATCH = 100_000
YEAR_S = 365 * 24 * 3600
FREQUENT = re.findall(
    r"\w+", "the to you and that for have with this not are meeting today can please thanks know just when what"
)
SYLLABLES = re.findall(r"\w+", "ka ler min to sa ren du po vi gan tor esh li mo ber na qui fol pra zu ter ing ous ly")
ASIAN = re.findall(r"\w\w", "日本天气公园中国今日明日会社時間開発問題我们没有谢谢電話写真音楽東京大阪北京上海")
RARE_ASIAN = ["鯨鯢", "魑魅", "麒麟"]

SOME = """
WITH drawn AS (
    SELECT n, floor(exp(random() * ln(%(conversations)s)))::int AS number, 3 + floor(random() * 14)::int AS length
    FROM generate_series(%(first)s, %(last)s) AS n
), picked AS (
    SELECT n, place, floor(exp(random() * ln(%(vocabulary)s + 1)))::int AS rank
    FROM drawn, generate_series(1, length) AS place
), said AS (
    SELECT n, string_agg(word, ' ' ORDER BY place) AS content FROM picked JOIN bench_word USING (rank) GROUP BY n
), placed AS (
    SELECT n, place.id AS conversation_id, number,
        last_seq + row_number() OVER (PARTITION BY number ORDER BY n) AS seq
    FROM drawn JOIN bench_place AS place USING (number) JOIN chat_conversation ON chat_conversation.id = place.id
), timed AS (
    SELECT *, now() - make_interval(secs => (%(total)s - n) * %(step_s)s) AS at FROM placed JOIN said USING (n)
), written AS (
    INSERT INTO chat_message (id, conversation_id, seq, sender_id, client_id, type, content, mentions, mentions_all,
        forwarded, reply_count, created_at)
    SELECT uuidv7(at - now()), conversation_id, seq, bench_sender.user_id, 'bench-' || n, 'text',
        content || CASE WHEN n %% 37 = 0 THEN ' https://example.org/' || n ELSE '' END, '[]', false, false, 0, at
    FROM timed JOIN bench_sender ON bench_sender.number = timed.number AND bench_sender.turn = n %% %(people)s
    RETURNING conversation_id, seq, id, created_at
)
UPDATE chat_conversation SET last_seq = last.seq, last_message_id = last.id, last_activity_at = last.created_at
FROM (
    SELECT DISTINCT ON (conversation_id) * FROM written ORDER BY conversation_id, seq DESC
) AS last WHERE last.conversation_id = chat_conversation.id
"""
# Nearly everybody has read nearly everything.
READ = """
UPDATE chat_participant SET marker_seq = greatest(0, last_seq - 20), read_seq = greatest(0, last_seq - 20),
    delivered_seq = last_seq
FROM chat_conversation WHERE chat_conversation.id = conversation_id
"""


class Town:
    """People, 2,000 conversations of ten of them, and what they say. Ann is in half of these, Ben in ten."""

    def __init__(self) -> None:
        from accounts.models import User
        from chat.models import Conversation, Kind, Participant

        self.random = random.Random(20261121)
        self.messages = 0
        people = [User(username=f"person{number}", password="!") for number in range(998)]
        self.ann, self.ben = User(username="ann", password="!"), User(username="ben", password="!")
        for person in [*people, self.ann, self.ben]:
            person.derive()
        User.objects.bulk_create([*people, self.ann, self.ben])
        conversations = [
            Conversation(kind=Kind.GROUP, title=f"Group {number}", participant_count=PEOPLE_EACH)
            for number in range(CONVERSATIONS)
        ]
        Conversation.objects.bulk_create(conversations)
        members = [self._members(number, people) for number in range(CONVERSATIONS)]
        Participant.objects.bulk_create(
            Participant(conversation=conversation, user=person)
            for conversation, some in zip(conversations, members, strict=True)
            for person in some
        )
        self.busiest, self.middle = conversations[0], conversations[40]
        self.words = self._words()
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE bench_word (rank int PRIMARY KEY, word text)")
            cursor.execute("CREATE TABLE bench_place (number int PRIMARY KEY, id uuid)")
            cursor.execute("CREATE TABLE bench_sender (number int, turn int, user_id uuid, PRIMARY KEY (number, turn))")
            cursor.executemany("INSERT INTO bench_word VALUES (%s, %s)", list(enumerate(self.words, 1)))
            cursor.executemany(
                "INSERT INTO bench_place VALUES (%s, %s)", [(at, each.pk) for at, each in enumerate(conversations, 1)]
            )
            cursor.executemany(
                "INSERT INTO bench_sender VALUES (%s, %s, %s)",
                [(at, turn, one.pk) for at, some in enumerate(members, 1) for turn, one in enumerate(some)],
            )

    def _members(self, number: int, people: list[User]) -> list[User]:
        """Ann in every second conversation, the busiest among them; Ben in ten."""
        own = [self.ann] if number % 2 == 0 else []
        own += [self.ben] if number % 200 == 40 else []
        return [*own, *self.random.sample(people, PEOPLE_EACH - len(own))]

    def _words(self) -> list[str]:
        """The vocabulary by rank: short words first, Chinese and Japanese ones in between."""
        words = list(FREQUENT)
        known = set(words)
        while len(words) < VOCABULARY:
            word = "".join(self.random.choices(SYLLABLES, k=self.random.randint(2, 5)))
            if word not in known:
                known.add(word)
                words.append(word)
        for at, word in enumerate(ASIAN):
            words[30 + 25 * at] = word
        words[-3:] = RARE_ASIAN
        return words

    def grow(self, messages: int) -> None:
        """Let them write until there are so many messages."""
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0; SET work_mem = '256MB'; SET maintenance_work_mem = '512MB'")
            cursor.execute(
                "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'chat_message' AND indexdef ~ 'USING gin'"
            )
            indexes = cursor.fetchall()
            for name, _definition in indexes:
                cursor.execute(f"DROP INDEX {name}")
            for first in range(self.messages + 1, messages + 1, BATCH):
                values = {"conversations": CONVERSATIONS, "vocabulary": VOCABULARY, "people": PEOPLE_EACH}
                values |= {"first": first, "last": min(messages, first + BATCH - 1)}
                cursor.execute(SOME, {**values, "total": messages, "step_s": YEAR_S / messages})
            cursor.execute(READ)
            for _name, definition in indexes:
                cursor.execute(definition)
            cursor.execute("VACUUM ANALYZE")
            cursor.execute("RESET ALL")
        self.messages = messages
        connection.close()

    def unread_everything(self, conversation: Conversation) -> None:
        """Ann has never read it."""
        conversation.participants.filter(user=self.ann).update(marker_seq=0)
