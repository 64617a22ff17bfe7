"""Accounts of the school's books, and the staff congress's audit of them."""

from kiosk.accounts import checks, shown
from kiosk.accounts.duties import DUES, DUTIES
from kiosk.accounts.kind import ACCOUNTS as KIND
from kiosk.accounts.permissions import SEE_ACCOUNTS
from kiosk.accounts.sample import SHARE
from kiosk.accounts.searched import ACCOUNTS
from kiosk.accounts.services import CASE
from kiosk.accounts.subjects import PERIOD_ACCOUNT
from kiosk.accounts.switch import SWITCH
from kiosk.accounts.words import WORDS
from kiosk.core.i18n import lazy
from kiosk.core.room import KEPT_AS_RECORD, KEPT_WHILE_USED, POSTED, Fragment, Nav, Room, Table

ROOM = Room(
    name="accounts",
    optional=SWITCH,
    words=WORDS,
    doors=("views", "api", "office", "vouchers_office", "congress_office"),
    machines=("/data/account-vouchers.",),
    commands=("cli",),
    navigation=(Nav(26, lazy("School accounts"), "office.accounts.index", SEE_ACCOUNTS, group=POSTED),),
    duties=DUTIES,
    dues=(DUES,),
    posting_kinds=(KIND,),
    case_kinds={CASE: lazy("Remark of the congress on an account")},
    case_subjects={"period_account": PERIOD_ACCOUNT},
    searched=(ACCOUNTS,),
    alike=(("账目", "帐目", "来往帐目", "往来账目", "账簿"), ("教代会", "职代会", "教职工代表大会")),
    fragments=(
        Fragment("posting", 25, "accounts/_posting.html", shown.of_posting),
        Fragment("board-side", 26, "accounts/_board.html", shown.on_board),
        Fragment("data", 34, "accounts/_data.html", shown.data),
    ),
    checks={"accounts": checks.recount},
    heads={"accounts": checks.heads},
    tables={
        "account_book": Table(lazy("Books of the school"), KEPT_WHILE_USED, since="added_at"),
        "period_account": Table(lazy("Accounts of months and terms"), KEPT_AS_RECORD, since="begun_at"),
        "account_version": Table(
            lazy("Accounts as they were laid open, with every correction"), KEPT_AS_RECORD, since="laid_at"
        ),
        "account_import": Table(
            lazy("Which files were imported into an account"), KEPT_AS_RECORD, since="brought_at"
        ),
        "account_voucher": Table(lazy("Vouchers of the accounts, without names"), KEPT_AS_RECORD),
        "congress_delegate": Table(
            lazy("Who is a delegate of the congress, and how long"), KEPT_AS_RECORD, since="named_at"
        ),
        "congress_session": Table(
            lazy("Sessions of the congress about accounts"), KEPT_AS_RECORD, since="convened_at"
        ),
        "congress_seat": Table(
            lazy("Who was there at a session, or why not"), KEPT_AS_RECORD, since="present_at"
        ),
        "congress_number": Table(
            lazy("The number of the sample as two typed it"), KEPT_AS_RECORD, since="typed_at"
        ),
        "congress_audit": Table(
            lazy("Accounts before a session, with votes and finding"), KEPT_AS_RECORD, since="found_at"
        ),
        "congress_tick": Table(
            lazy("Vouchers of a sample, ticked or remarked"), KEPT_AS_RECORD, since="ticked_at"
        ),
        "account_year": Table(lazy("Days of closing assemblies"), KEPT_AS_RECORD, since="named_at"),
    },
    sample=SHARE,
)
