"""Ratings at the counter."""

from datetime import timedelta

from kiosk.core.i18n import lazy
from kiosk.core.room import KEPT_AS_RECORD, KEPT_WHILE_USED, VOICES, Fragment, Nav, Retention, Room, Table
from kiosk.ratings import board, desk, heard, queries, receipts, rounds, sentences, services, tablet
from kiosk.ratings.duties import DUTIES
from kiosk.ratings.models import RatingNote, RatingVisitor
from kiosk.ratings.permissions import VIEW_RATINGS
from kiosk.ratings.sample import SHARE
from kiosk.ratings.settings import SETTINGS
from kiosk.ratings.words import WORDS

ROOM = Room(
    name="ratings",
    settings=SETTINGS,
    words=WORDS,
    duties=DUTIES,
    doors=("views", "receipt_views", "api", "office", "slips_office", "sentences_office"),
    machines=("/api/", "/data/"),
    commands=("cli",),
    navigation=(Nav(30, lazy("Ratings"), "office.ratings.index", VIEW_RATINGS, group=VOICES),),
    fragments=(
        Fragment(
            "board-side",
            15,
            "ratings/_board.html",
            board.context,
            ("scores-title", lazy("How the counters are rated")),
        ),
        Fragment("receipt", 10, "ratings/_case.html", receipts.of_rating),
        Fragment("counter", 15, "ratings/_week.html", receipts.of_counter),
        Fragment("phone", 5, "ratings/_sentence.html", sentences.of_counter),
        Fragment("phone", 15, "ratings/_week.html", receipts.of_counter),
        Fragment("case", 10, "office/ratings/_heard.html", heard.context),
        Fragment("wall", 20, "ratings/_wall.html", board.context),
    ),
    measures={
        "tablet page": tablet.version,
        "usual ratings": queries.usually_rated,
        "ratings waiting": desk.waiting,
        "ratings.hours": queries.rated_hours,
        "ratings.within": queries.rated_within,
    },
    rounds=(rounds.close_meals, rounds.take_up),
    checks={"ratings": queries.recount, "voices": queries.untaken, "sentences": queries.recount_sentences},
    heads={"sentences": queries.sentence_heads},
    case_kinds={
        queries.DANGER: lazy("Food safety in a rating"),
        queries.BAD_RATINGS: lazy("Dissatisfied ratings"),
        queries.WEEK: lazy("Ratings of a week"),
    },
    sealed=(queries.FACTS,),
    tables={
        "rating": Table(
            lazy("Ratings: counter, level, time; nothing about the person"),
            KEPT_AS_RECORD,
            since="recorded_at",
        ),
        "rating_note": Table(
            lazy("Reasons and comments given with a rating"),
            lazy("comments: one school year; reasons are kept"),
            since="added_at",
        ),
        "erased_comment": Table(
            lazy("Numbers of ratings whose comment was erased, so that it cannot come back"), KEPT_AS_RECORD
        ),
        "rating_mark": Table(lazy("Why a rating is not counted"), KEPT_AS_RECORD, since="at"),
        "rating_visitor": Table(
            lazy("Scrambled marks of phones and cards, to count a person once per meal"),
            lazy("until the meal is closed, a day at most"),
        ),
        "tally": Table(lazy("Counts by counter and hour"), KEPT_AS_RECORD, since="day"),
        "pulse": Table(lazy("Counts by minute, for the live view"), lazy("a day")),
        "reason_tally": Table(lazy("Counts of reasons by counter and day"), KEPT_AS_RECORD, since="day"),
        "counter_sentence": Table(
            lazy("When a counter said or took back its sentence of the week; the words stand in the record"),
            KEPT_AS_RECORD,
            since="said_at",
        ),
        "voice_mark": Table(lazy("Up to where ratings were looked at for cases"), KEPT_WHILE_USED),
        "alert": Table(lazy("Alerts about many bad ratings"), KEPT_AS_RECORD, since="opened_at"),
    },
    retention=(
        Retention(
            "comments",
            RatingNote,
            timedelta(days=365),
            lambda before: (RatingNote.comment != "") & (RatingNote.added_at < before),
            services.erase_comments,
        ),
        Retention("visitors", RatingVisitor, timedelta(days=1), queries.visitors_before),
    ),
    sample=SHARE,
)
