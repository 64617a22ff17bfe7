"""Real Chromium for the browser journeys: Debian's, never a download of its own."""

import os
import shutil
from typing import Any

import pytest
from playwright.sync_api import expect

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")

expect.set_options(timeout=20_000)  # the machine may be busy with something else

PLAIN = "kiosk.school.test"
"""A name of this machine that browsers do not trust: plain http, as in a school's network."""


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Where Chromium is, and the flags it needs when run by root."""
    if CHROMIUM is None:
        pytest.fail(
            "No Chromium found. Install it (Debian: apt-get install chromium fonts-noto-cjk) or set CHROMIUM."
        )
    flags = [
        "--disable-quic",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        f"--host-resolver-rules=MAP {PLAIN} 127.0.0.1",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        flags.append("--no-sandbox")
    return {"executable_path": CHROMIUM, "args": flags, "headless": True}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    """A tablet in landscape unless a test says otherwise."""
    return {"viewport": {"width": 1280, "height": 800}, "locale": "zh-CN"}


@pytest.fixture
def context(new_context: Any) -> Any:
    """A browser's context here, although the tests outside call the application's context so."""
    return new_context()
