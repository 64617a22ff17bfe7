"""What a rating is compared with: a Flask view that takes a POST and does nothing, served the same way."""

import sys

from flask import Flask, jsonify
from flask.typing import ResponseReturnValue

from kiosk.setup.serving import Server, settings


class Idle(Server):
    """The same server with another application."""

    def load(self) -> Flask:
        @self.app.post("/api/ratings")
        def create() -> ResponseReturnValue:
            return jsonify({"status": "stored"}), 201

        @self.app.get("/healthz")
        def health() -> ResponseReturnValue:
            return "ok"

        return self.app


def main(port: int) -> None:
    """Serve until ended."""
    options = settings(host="127.0.0.1", port=port, workers=2, threads=64)
    options.pop("post_worker_init")
    Idle(Flask("noop"), **options).run()


if __name__ == "__main__":
    main(int(sys.argv[1]))
