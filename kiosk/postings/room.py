"""What the school posts, whatever its kind."""

from datetime import timedelta

from kiosk.core.i18n import lazy
from kiosk.core.room import KEPT_AS_RECORD, KEPT_WHILE_USED, POSTED, Fragment, Nav, Retention, Room, Table
from kiosk.postings import board, licences, questions_recount, recount, rounds, shown
from kiosk.postings.duties import DUTIES
from kiosk.postings.kinds import KINDS
from kiosk.postings.models import PostingImport
from kiosk.postings.overdue import DUES
from kiosk.postings.permissions import VIEW_POSTINGS
from kiosk.postings.queries import QUESTIONS
from kiosk.postings.sample import SHARE
from kiosk.postings.searched import POSTINGS
from kiosk.postings.services import ladder
from kiosk.postings.settings import SETTINGS
from kiosk.postings.subjects import POSTING
from kiosk.postings.words import WORDS

ROOM = Room(
    name="postings",
    switches=(QUESTIONS,),
    settings=SETTINGS,
    words=WORDS,
    doors=(
        "views",
        "questions_views",
        "api",
        "office",
        "kinds_office",
        "files_office",
        "grid_office",
        "attachments_views",
        "attachments_office",
    ),
    machines=("/data/", "/feeds/"),
    commands=("cli",),
    navigation=(Nav(25, lazy("Postings"), "office.postings.index", VIEW_POSTINGS, group=POSTED),),
    duties=(*DUTIES, *licences.DUTIES),
    dues=(DUES,),
    rounds=(rounds.look_after,),
    case_kinds={"question": lazy("Question")},
    case_subjects={"posting": POSTING},
    posting_kinds=KINDS,
    searched=(POSTINGS,),
    alike=(
        ("食谱", "菜谱", "菜单"),
        ("市场询价", "询价", "价格", "单价"),
        ("支出", "开支", "花费"),
        ("供应商", "供货商"),
        ("公告", "通知", "告示"),
        ("制度", "规定", "规章"),
    ),
    ladders=tuple(ladder(kind) for kind in KINDS if kind.approves),
    fragments=(
        Fragment("board", 12, "postings/_board.html", board.context),
        Fragment("wall", 5, "postings/_wall_menus.html", board.menus),
        Fragment("wall", 15, "postings/_wall.html", board.wall),
        Fragment("board-side", 21, "postings/_most_asked.html", board.asked_most),
        Fragment("step", 30, "office/postings/_step.html", board.proposal),
        Fragment("attract", 20, "postings/_attract.html", board.asking),
        Fragment("case", 10, "office/postings/_question.html", board.asked_about),
        Fragment("phone", 12, "postings/kinds/_menu_today.html", shown.menu_today),
        Fragment("data", 30, "postings/_data.html", board.kinds),
    ),
    checks={"posted versions": recount.recount, "questions": questions_recount.recount},
    heads={"posted versions": recount.heads, "questions": questions_recount.heads},
    tables={
        "posting": Table(lazy("Postings"), KEPT_AS_RECORD, since="created_at"),
        "posting_draft": Table(
            lazy("Drafts of postings"),
            lazy("until it is posted or discarded"),
            since="changed_at",
            mended=lazy("Change or discard the draft."),
        ),
        "posting_version": Table(
            lazy("Versions of postings"),
            KEPT_AS_RECORD,
            since="posted_at",
            mended=lazy(
                "Withdraw the posting in the office, unless it is: nobody reads it any more. A correction"
                " alone leaves the version before it readable."
            ),
        ),
        "posting_duty": Table(lazy("Posts that answer for kinds of postings"), KEPT_WHILE_USED),
        "posting_import": Table(
            lazy("Files read for postings"),
            lazy("what was read, until it is confirmed; 30 days at most"),
            since="created_at",
            mended=lazy("Confirm the file or let it go in the office."),
        ),
        "question": Table(
            lazy("Questions on what is posted: on which line; what was asked can be erased"),
            KEPT_AS_RECORD,
            since="asked_at",
        ),
        "question_window": Table(
            lazy("Keys under which the askers of a posting are told apart"),
            lazy("until the time for questions is over"),
            since="opened_at",
        ),
        "question_asker": Table(
            lazy("Which browser is which asker of a posting, as a hash"),
            lazy("until the time for questions is over"),
        ),
        "posting_withdrawal": Table(lazy("Withdrawals of postings"), KEPT_AS_RECORD, since="withdrawn_at"),
    },
    retention=(
        Retention(
            "posting-imports",
            PostingImport,
            timedelta(days=30),
            lambda before: PostingImport.confirmed_at.is_(None) & (PostingImport.created_at < before),
        ),
    ),
    sample=SHARE,
)
