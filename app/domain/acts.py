"""The vocabulary of the audit (P7): what somebody may have done, in the past tense. One word for one act."""

from enum import StrEnum


class Act(StrEnum):
    """What an audit entry says was done."""

    FILE_OPENED = "file_opened"
    FILE_SUMMARY_SEEN = "file_summary_seen"
    FILES_SEARCHED = "files_searched"  # by a caller's code
    CONTACT_LINKED = "contact_linked"  # to a file, by hand
    FLAG_PLACED = "flag_placed"
    FLAG_EXTENDED = "flag_extended"
    FLAG_LIFTED = "flag_lifted"
    PLAN_WRITTEN = "plan_written"
    TASK_MADE = "task_made"
    TASK_CHANGED = "task_changed"
    FILES_MERGED = "files_merged"
    FILE_SPLIT = "file_split"
    REGROUPING_UNDONE = "regrouping_undone"  # a merge or a split
    HAND_OVER_REQUESTED = "hand_over_requested"
    HAND_OVER_ACCEPTED = "hand_over_accepted"
    HAND_OVER_REFUSED = "hand_over_refused"
    HAND_OVER_WITHDRAWN = "hand_over_withdrawn"
    FILE_REFUSED = "file_refused"  # somebody else's file was asked for
    NOTE_SEEN = "note_seen"
    NOTE_SUBMITTED = "note_submitted"
    NOTE_AMENDED = "note_amended"
    ASSESSED = "assessed"
    ASSESSMENTS_SEEN = "assessments_seen"
    LEVEL_SET = "level_set"
    LEVEL_EXPLAINED = "level_explained"  # the rationale that was owed
    LEVELS_SEEN = "levels_seen"
    CONSENT_ENTERED = "consent_entered"
    CONSENTS_SEEN = "consents_seen"
    HOLD_PLACED = "hold_placed"
    HOLD_LIFTED = "hold_lifted"
    ERASURE_REQUESTED = "erasure_requested"
    ERASURE_REFUSED = "erasure_refused"  # a hold, or a contact that still goes on
    ERASURE_FINISHED = "erasure_finished"
    RETENTION_RAN = "retention_ran"
    VAULT_IDENTITY_GIVEN = "vault_identity_given"
    VAULT_REQUESTED = "vault_requested"
    VAULT_OPENED_ALONE = "vault_opened_alone"  # by one person, for an act in progress
    VAULT_APPROVED = "vault_approved"
    VAULT_DECLINED = "vault_declined"
    VAULT_LOOKED = "vault_looked"
    VAULT_REVIEWED = "vault_reviewed"
    CALLER_BLOCKED = "caller_blocked"
    BLOCK_LIFTED = "block_lifted"
    VOICEMAIL_HEARD = "voicemail_heard"  # its sound was asked for, to listen to
    VOICEMAIL_TAKEN = "voicemail_taken"
    LET_IN = "let_in"
    PRESENCE_SET = "presence_set"  # a volunteer's, by a supervisor
    WRAP_UP_CLOSED = "wrap_up_closed"  # one that a volunteer had left, by a supervisor
    PERSON_CREATED = "person_created"
    PERSON_DISABLED = "person_disabled"
    SESSIONS_REVOKED = "sessions_revoked"
    SECOND_FACTOR_RESET = "second_factor_reset"
    LINE_APPLIED = "line_applied"
    AUDIT_READ = "audit_read"
    KEYS_ROTATED = "keys_rotated"
    KEY_RETIRED = "key_retired"
    VAULT_REFUSED = "vault_refused"  # somebody asked about a line that is not theirs
    NOTE_CODED = "note_coded"  # nobody was counselled, and a code says so
    NOTE_ACTION_MOVED = "note_action_moved"
    NOTES_SEARCHED = "notes_searched"
    REVIEW_SEEN = "review_seen"
    REVIEW_TAKEN = "review_taken"
    REVIEW_GIVEN_BACK = "review_given_back"
    REVIEW_RETURNED = "review_returned"  # to the note's writer, with feedback
    REVIEW_ANSWERED = "review_answered"  # by the writer
    REVIEW_ACCEPTED = "review_accepted"
    PACKET_MADE = "packet_made"  # for a case conference
    COUNTS_EXPORTED = "counts_exported"
    IDENTITY_LET_STAND = "identity_let_stand"  # found in a text, and kept by the person: of which class, not what
    IDENTITY_TAKEN_OUT = "identity_taken_out"  # what stood in the clear is hidden after all: of which class, not what
