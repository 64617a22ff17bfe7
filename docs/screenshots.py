"""Takes the pictures of the README anew: `.venv/bin/python docs/screenshots.py`.

Makes the sample school in a temporary folder, serves it on a free port and photographs its pages in Chromium.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import Browser, sync_playwright

from kiosk.setup.welcome import SAMPLE_PASSWORD

HERE = Path(__file__).resolve().parent

SHOTS = (
    # name, address, width, height, who
    ("office", "/office/", 1440, 900, "lin"),
    ("board", "/", 390, 844, None),
)


def wait_for(url: str) -> None:
    """Until the server answers, a minute at most."""
    until = time.monotonic() + 60
    while True:
        try:
            urlopen(url + "/healthz", timeout=2).close()  # noqa: S310 - our own loopback address
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def photograph(browser: Browser, base: str, shot: tuple[str, str, int, int, str | None]) -> None:
    """One page as one person sees it."""
    name, address, width, height, who = shot
    page = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN").new_page()
    if who:
        page.goto(f"{base}/sign-in?next={address}")
        page.fill("[name=username]", who)
        page.fill("[name=password]", SAMPLE_PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(base + address)
    else:
        page.goto(base + address)
    page.wait_for_timeout(1500)
    page.screenshot(path=HERE / f"{name}.png")
    page.context.close()


def main() -> None:
    """Make the school, serve it, take every picture."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    folder = tempfile.mkdtemp()
    env = {**os.environ, "KIOSK_INSTANCE": f"{folder}/instance", "KIOSK_PUBLIC_URL": base}
    kiosk = Path(sys.executable).parent / "kiosk"
    subprocess.run([kiosk, "demo"], env=env, check=True)  # noqa: S603
    server = subprocess.Popen([kiosk, "serve", "--port", str(port)], env=env)  # noqa: S603
    try:
        wait_for(base)
        with sync_playwright() as play:
            flags = ["--no-sandbox"] if os.geteuid() == 0 else []
            browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
            for shot in SHOTS:
                photograph(browser, base, shot)
            browser.close()
    finally:
        server.terminate()
        server.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
