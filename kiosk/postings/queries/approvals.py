"""How the approval of a draft stands."""

from dataclasses import dataclass

from kiosk.core.actor import Actor
from kiosk.postings.models import PostingDraft
from kiosk.postings.queries.contents import subject
from kiosk.steps import queries as steps
from kiosk.steps.models import OPEN, Approval


@dataclass(frozen=True)
class Approving:
    """The approval that runs about a draft: open, or sent back."""

    approval: Approval

    @property
    def waits(self) -> bool:
        """Whether it waits for a decision; else it was sent back."""
        return self.approval.state == OPEN

    @property
    def proposer(self) -> str:
        """What the person is called who proposed it last."""
        return self.approval.rounds[-1].person.name

    @property
    def comment(self) -> str:
        """Why it was sent back; where several did so, what each of them said."""
        back = [one for one in steps.history(self.approval) if one.decision and not one.decision.approves]
        return " / ".join(str(one.why) for one in back if not one.is_void) if not self.waits else ""

    @property
    def void(self) -> list[str]:
        """The names of those whose signatures about an earlier text are void."""
        return [one.person.name for one in steps.standing(self.approval).void]

    def may_decide(self, actor: Actor) -> bool:
        """Whether the actor is asked now."""
        return any(one.approval.id == self.approval.id for one in steps.waiting_for(actor))


def approving(draft: PostingDraft) -> Approving | None:
    """The approval that runs about a draft, if one does."""
    found = steps.running(subject(draft.posting))
    return Approving(found) if found else None
