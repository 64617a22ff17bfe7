"""The product as it would be with one commit a request: what the group commit is compared with."""

import sys

from kiosk.cli import open_app
from kiosk.core import writer
from kiosk.setup.serving import Server, settings


def main(port: int) -> None:
    """Serve until ended."""
    writer.LARGEST = 1
    Server(open_app(), **settings(host="127.0.0.1", port=port, workers=2, threads=64)).run()


if __name__ == "__main__":
    main(int(sys.argv[1]))
