"""The vocabulary of the audit (P7): what somebody may have done, in the past tense. One word for one act."""

from enum import StrEnum


class Act(StrEnum):
    """What an audit entry says was done."""

    FILE_OPENED = "file_opened"
    FILE_SUMMARY_SEEN = "file_summary_seen"
    FILE_REFUSED = "file_refused"  # somebody else's file was asked for
    NOTE_SEEN = "note_seen"
    NOTE_SUBMITTED = "note_submitted"
    NOTE_AMENDED = "note_amended"
