"""Attachments (附件): files that came with a text of the record, kept as long as the text is."""
