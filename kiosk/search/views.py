"""The page on which everybody searches everything that is public."""

from flask import Blueprint, render_template, request

from kiosk.core.filters import month as month_words
from kiosk.core.formats import month_at, whole
from kiosk.counters import queries as counters
from kiosk.search import queries
from kiosk.search.folding import LONGEST, words

blueprint = Blueprint("search", __name__)

MOST_PAGES = 10_000


@blueprint.get("/search")
def index() -> str:
    """What says the words. ?q= ?what= (a group) ?canteen= ?month= ?page="""
    text = " ".join(words_as_typed(request.args.get("q", "")))
    labels, canteens = queries.groups(), counters.canteens(everything=True)
    wanted = queries.Wanted(
        words(text),
        group if (group := request.args.get("what", "")) in labels else "",
        code if (code := request.args.get("canteen", "")) in {one.code for one in canteens} else "",
        month_at(request.args.get("month", "")),
    )
    page = min(whole(request.args.get("page")) or 1, MOST_PAGES)
    return render_template(
        "search/index.html",
        text=text,
        longest=LONGEST,
        wanted=wanted,
        also=queries.also(wanted.words),
        results=queries.find(wanted, page),
        page=page,
        labels=labels,
        canteens=canteens,
        months=[(f"{one:%Y-%m}", month_words(one)) for one in queries.months()],
    )


def words_as_typed(text: str) -> list[str]:
    """What was typed, without what cannot be seen."""
    return "".join(letter if letter.isprintable() else " " for letter in text[:LONGEST]).split()
