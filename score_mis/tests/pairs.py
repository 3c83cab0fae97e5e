"""Two people who send a page at the same moment, each through the whole site and on a connection of their own."""

import threading

from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client

PATIENCE = 60
SENTENCES = (
    "This step is not possible",
    "Somebody changed this record",
    "This action was ticked already",
)
"""What whoever comes second reads."""


class Person(threading.Thread):
    """Sends one page when both are ready, and keeps what the site says to it."""

    def __init__(self, browser, url, typed, ready):
        super().__init__(daemon=True)
        self.browser, self.url, self.typed, self.ready = browser, url, typed, ready
        self.said = ""

    def run(self):
        self.browser.cookies.pop("messages", None)  # what was said the turn before
        self.ready.wait(PATIENCE)
        try:
            response = self.browser.post(self.url, self.typed)
            words = [str(message) for message in get_messages(response.wsgi_request)]
            if response.status_code == 200:
                words += response.context["form"].non_field_errors()
            self.said = " ".join(words)
        finally:
            connection.close()


def browsers_of(*users):
    """Browsers of people who are signed in."""
    found = []
    for user in users:
        found.append(Client())
        found[-1].force_login(user)
    return found


def both(browsers, pages):
    """Let each browser send its page, an address and what is typed, at once; what each was told."""
    ready = threading.Barrier(len(browsers))
    people = [
        Person(browser, url, typed, ready) for browser, (url, typed) in zip(browsers, pages, strict=True)
    ]
    for person in people:
        person.start()
    for person in people:
        person.join(PATIENCE)
    return [person.said for person in people]


def the_one_who_won(said, saved=("Saved", "Ticked")):
    """The place of the only one whose page was saved; the other one was told why theirs was not."""
    won = [words.startswith(saved) for words in said]
    assert sorted(won) == [False, True], said
    assert any(sentence in said[won.index(False)] for sentence in SENTENCES), said
    return won.index(True)
