"""One school and one server for all the journeys of a file: a server for each would take minutes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from kiosk.core import config
from kiosk.core.db import db
from tests.conftest import Server, copy_school, make_app
from tests.postgres import Cluster

__all__ = ["app", "instance", "server"]


@pytest.fixture(scope="module")
def instance(
    _pristine: Path, tmp_path_factory: pytest.TempPathFactory, cluster: Cluster | None
) -> config.Instance:
    """The school of the file's journeys."""
    return copy_school(cluster, _pristine, tmp_path_factory.mktemp("shared") / "instance")


@pytest.fixture(scope="module")
def app(instance: config.Instance) -> Iterator[Flask]:
    """The application, to look into the school."""
    app = make_app(instance)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="module")
def server(app: Flask, instance: config.Instance) -> Iterator[Server]:
    """The school's server."""
    running = Server(instance.folder)
    yield running
    running.stop()
