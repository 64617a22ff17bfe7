"""Registration: how the rooms above bring what they post to the board."""

from kiosk.board.queries import KINDS, SECTIONS, Kind, Section


def register_kind(kind: Kind) -> None:
    """Add a kind of posting, or replace the one of this name."""
    KINDS[kind.name] = kind


def register_section(section: Section) -> None:
    """Add a part of the board's page, or replace the one of this name."""
    SECTIONS[section.name] = section
