"""Files as schools have them, read for a kind by its declaration: no request, nothing is stored."""

from kiosk.postings.files.lines import Remark as Remark
from kiosk.postings.files.preview import NothingRecognised as NothingRecognised
from kiosk.postings.files.preview import Preview as Preview
from kiosk.postings.files.preview import preview as preview
from kiosk.postings.files.preview import preview_of as preview_of
