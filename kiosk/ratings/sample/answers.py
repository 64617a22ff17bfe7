"""What the owners of cases answer to the raters of the sample school; one is late."""

from datetime import timedelta

from sqlalchemy import select

from kiosk.auth.models import Account
from kiosk.cases import services as cases
from kiosk.cases.models import OPEN, Case
from kiosk.core import clock
from kiosk.core.actor import KIOSK, Actor
from kiosk.core.db import session
from kiosk.core.samples import Span
from kiosk.ratings.queries import BAD_RATINGS, DANGER, WEEK

LATE = "c3"
"""The counter whose last weeks nobody has answered."""
AFTER = {DANGER: timedelta(hours=3), BAD_RATINGS: timedelta(days=2), WEEK: timedelta(days=1)}
"""How long an answer takes."""
WEEKLY = (
    "本周大家多次提到口味偏咸，周三起已请师傅减盐，也在窗口放了清汤。",
    "本周排队时间偏长，下周起午餐增开一个打菜口，请继续告诉我们是否有改善。",
    "本周份量的意见最多，已统一换成带刻度的饭勺，值班经理每餐抽查三份。",
    "大家的意见都看到了：餐盘沥水不够，已加长烘干时间。谢谢提醒。",
)
TEXTS = {
    DANGER: "已当即停用该菜并封存留样，钢丝球全部换成百洁布，后厨每餐开餐前再查一遍。谢谢及时告诉我们。",
    BAD_RATINGS: "当天反映集中，已和班组一起查明原因：备餐过早。从第二天起分两批出餐，请再尝一尝。",
}
HOW = {DANGER: "mended", BAD_RATINGS: "mended", WEEK: "explained"}


def answer(of: Span) -> None:
    """Answer what has waited long enough; of the last week only some."""
    query = select(Case).where(Case.kind.in_(AFTER), Case.state.in_(OPEN)).order_by(Case.id)
    for case in session.scalars(query).all():
        waited = clock.now() - case.received_at
        if waited < AFTER[case.kind] or (case.counter == LATE and of.today - case.day < timedelta(days=12)):
            continue
        text = TEXTS.get(case.kind) or WEEKLY[case.id % len(WEEKLY)]
        cases.answer(by=_owner(case), case=case, text=text, outcome=HOW[case.kind])


def _owner(case: Case) -> Actor:
    """The account of whose it is."""
    for account in session.scalars(select(Account).where(Account.active)):
        if account.person.number == case.owner_id:
            return account.actor
    return KIOSK
