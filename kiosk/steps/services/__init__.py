"""Writes of approvals and delegations, and what they refuse."""

from kiosk.steps.refusals import Changed as Changed
from kiosk.steps.refusals import CodeNeeded as CodeNeeded
from kiosk.steps.refusals import DecidedFirst as DecidedFirst
from kiosk.steps.refusals import HasAPart as HasAPart
from kiosk.steps.refusals import HasVoted as HasVoted
from kiosk.steps.refusals import NotAsked as NotAsked
from kiosk.steps.refusals import Over as Over
from kiosk.steps.services.approvals import begin as begin
from kiosk.steps.services.approvals import change as change
from kiosk.steps.services.approvals import decide as decide
from kiosk.steps.services.approvals import digest as digest
from kiosk.steps.services.approvals import fill as fill
from kiosk.steps.services.approvals import withdraw as withdraw
from kiosk.steps.services.delegations import delegate as delegate
from kiosk.steps.services.delegations import end_delegation as end_delegation
from kiosk.steps.services.judgement import Seen as Seen
from kiosk.steps.services.judgement import authority as authority
from kiosk.steps.services.judgement import needs_code as needs_code
