"""The application for WSGI servers."""

from kiosk import create_app

app = create_app()
