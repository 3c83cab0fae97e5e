"""A mail server on this machine that does what a test tells it to: takes mails, refuses, falls silent, hangs up."""

import socketserver
import threading
from email import message_from_bytes, policy
from email.message import EmailMessage


class Handler(socketserver.StreamRequestHandler):
    """One connection: just enough of RFC 5321."""

    server: "Receiver"

    def handle(self) -> None:
        """Answer until the client leaves or a test wants it to end."""
        if self.server.takes_turn("silent"):
            self.server.stopping.wait(10)
            return
        self.say("421 too busy" if self.server.takes_turn("busy") else "220 here")
        while line := self.rfile.readline():
            word = line[:4].strip().upper().decode("ascii", "replace")
            if word == "QUIT":
                self.say("221 bye")
                return
            if not self.answer(word, line):
                return

    def answer(self, word: str, line: bytes) -> bool:
        """Answer one line; whether to go on."""
        if word == "DATA":
            return self.take()
        if word == "RCPT" and self.server.refused and self.server.refused.encode() in line:
            self.say("550 no such mailbox")
        elif word == "MAIL" and self.server.takes_turn("hang up"):
            return False
        else:
            self.say("250 fine")
        return True

    def take(self) -> bool:
        """Take a mail; hang up or fall silent before or after its end where a test says so."""
        if self.server.takes_turn("refuse the mail"):
            self.say("554 not this one")
            return True
        self.say("354 go on")
        if self.server.takes_turn("hang up in the middle"):
            self.rfile.read(64)
            return False
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return False
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        self.server.mails.append(b"".join(lines))
        if self.server.takes_turn("hang up after the end"):
            return False
        if self.server.takes_turn("silent after the end"):
            self.server.stopping.wait(10)
            return False
        self.say("250 taken")
        return True

    def say(self, text: str) -> None:
        """Send a line."""
        self.wfile.write(f"{text}\r\n".encode())


class Receiver(socketserver.ThreadingTCPServer):
    """Listens on a free port; `plan` holds what to do at the next occasions, `mails` what was taken."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.mails: list[bytes] = []
        self.plan: list[str] = []
        self.refused = ""
        self.stopping = threading.Event()
        self.lock = threading.Lock()

    def takes_turn(self, deed: str) -> bool:
        """Whether this is what comes next; then it is done with."""
        with self.lock:
            if self.plan[:1] != [deed]:
                return False
            del self.plan[0]
            return True

    def to(self, address: str) -> list[EmailMessage]:
        """The mails that one address got."""
        found = [message_from_bytes(mail, policy=policy.default) for mail in self.mails]
        return [mail for mail in found if mail["To"] == address]
