"""A mail server on the loopback, as real as a letter needs it."""

import email.policy
import socketserver
import threading
from email import message_from_bytes
from email.message import EmailMessage


class _Talk(socketserver.StreamRequestHandler):
    """One conversation in SMTP (RFC 5321), as far as a letter needs it."""

    server: "Mailbox"

    def handle(self) -> None:
        """Answer each line; keep what was sent."""
        self._say("220 here")
        to: list[str] = []
        for raw in iter(self.rfile.readline, b""):
            word = raw.split(b" ")[0].strip().upper()
            if word == b"RCPT":
                to.append(raw.decode().partition("<")[2].partition(">")[0])
            if word == b"DATA" and not self.server.busy:
                self._say("354 go on")
                self.server.keep(to, self._data())
            answers = {b"QUIT": "221 bye", b"DATA": "451 later" if self.server.busy else "250 taken"}
            self._say(answers.get(word, "250 well"))

    def _data(self) -> bytes:
        lines = iter(self.rfile.readline, b".\r\n")
        return b"".join(line.removeprefix(b".") for line in lines)

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class Mailbox(socketserver.ThreadingTCPServer):
    """A mail server on the loopback that keeps what it gets, unless it is busy."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.busy = False
        self.letters: list[tuple[list[str], EmailMessage]] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def keep(self, to: list[str], raw: bytes) -> None:
        """A letter came."""
        self.letters.append((to, message_from_bytes(raw, policy=email.policy.default)))  # type: ignore[arg-type]
