"""The one list of what is erased, and how: every table that hangs on a contact or a subject has a rule here (ADR 17).

Retention and erasure both go by it, in its order, rows that point at others first. `tests/architecture` fails for a
table of casework or the vault that is neither here nor among EXEMPT: whoever adds one says here how it goes.

`{contact}` and `{subject}` stand for "is one of those that are being erased": `contact_id {contact}`.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.domain.retention import RecordClass as C


class Unit(StrEnum):
    """What is erased as one: everything of a contact, or what only a subject has."""

    CONTACT = "contact"
    SUBJECT = "subject"
    STRAY = "stray"  # rows of no contact, by their own time


class How(StrEnum):
    """Rows go; or columns of theirs go and the row stays as a count; or the carrier is asked to erase."""

    DELETE = "delete"
    CUT = "cut"
    ASK_CARRIER = "ask_carrier"


@dataclass(frozen=True, slots=True)
class Rule:
    """How the rows of one table go.

    `row_id`: what a tombstone calls a row. `cut`: the assignments that take the content away, for rows where `still`
    holds. `ripe`: what else must hold before the retention (not an erasure) takes a row. `touched`: a column whose time
    counts as the subject's being dealt with. `open_while`: while it holds, the subject is being dealt with.
    """

    table: str
    record_class: C
    unit: Unit
    where: str
    row_id: str = "id::text"
    how: How = How.DELETE
    cut: str = ""
    still: str = ""
    ripe: str = ""
    touched: str = ""
    open_while: str = ""


_OF_NOTE: Final = "note_id IN (SELECT id FROM note WHERE contact_id {contact})"
_OF_REVIEW: Final = f"review_id IN (SELECT id FROM note_review WHERE {_OF_NOTE})"  # noqa: S608 our own text
_NOTHING_LEFT: Final = "subject_token IS NOT NULL OR subject_key_id IS NOT NULL OR consents <> '{}'"

RULES: Final[tuple[Rule, ...]] = (
    # First of all, so that whoever is storing something about the contact is waited for, and it goes with the rest:
    # from here on nothing more is written about it, and no note of it is owed.
    Rule(
        "contact", C.NOTES, Unit.CONTACT, "id {contact}",
        how=How.CUT, cut="erased_at = {now}", still="erased_at IS NULL",
    ),
    # What says who somebody is.
    Rule(
        "voicemail", C.VOICEMAIL, Unit.CONTACT, "contact_id {contact}", "contact_id::text",
        how=How.ASK_CARRIER, still="erased_at IS NULL",
    ),
    Rule("vault.sealed_number", C.VAULT, Unit.CONTACT, "contact_id {contact}", "contact_id::text"),
    Rule("vault.identity", C.VAULT, Unit.CONTACT, "contact_id {contact}"),
    # What was written down about a contact. A draft that is still written at is not old, whatever the contact is.
    Rule(
        "note_draft",
        C.DRAFTS,
        Unit.CONTACT,
        "contact_id {contact}",
        ripe="saved_at < {now} - interval '1 day'",
    ),
    Rule("note_review_round", C.NOTES, Unit.CONTACT, _OF_REVIEW, "review_id || ' ' || round"),
    Rule("note_review", C.NOTES, Unit.CONTACT, _OF_NOTE),
    Rule("note_search", C.NOTES, Unit.CONTACT, _OF_NOTE, "note_id::text"),
    Rule("note_amendment", C.NOTES, Unit.CONTACT, _OF_NOTE),
    Rule("note_action", C.NOTES, Unit.CONTACT, _OF_NOTE),
    Rule("note_version", C.NOTES, Unit.CONTACT, _OF_NOTE, "note_id || ' ' || version"),
    Rule("note_unhidden", C.NOTES, Unit.CONTACT, "contact_id {contact}"),
    Rule("note", C.NOTES, Unit.CONTACT, "contact_id {contact}"),
    Rule("risk_level", C.NOTES, Unit.CONTACT, "contact_id {contact}"),
    Rule("assessment", C.NOTES, Unit.CONTACT, "contact_id {contact}"),
    Rule("consent", C.NOTES, Unit.CONTACT, "contact_id {contact}"),
    Rule("vault_opening_contact", C.NOTES, Unit.CONTACT, "contact_id {contact}", "opening_id || ' ' || contact_id"),
    Rule(
        "vault_opening",  # that the glass was broken stays, with who and when; the words about it go
        C.NOTES,
        Unit.CONTACT,
        "contact_id {contact}",
        how=How.CUT,
        cut="reason = '', subject_id = NULL",
        still="reason <> '' OR subject_id IS NOT NULL",
    ),
    Rule(
        "legal_hold", C.NOTES, Unit.CONTACT, "contact_id {contact}",
        how=How.CUT, cut="reason = NULL", still="reason IS NOT NULL AND lifted_at IS NOT NULL",
    ),
    Rule("placeholder", C.NOTES, Unit.CONTACT, "scope {contact}", "scope || ' ' || kind || number"),
    # A caller who can no longer be recognised: the contact stays, as a count.
    Rule(
        "call_back", C.CONTACTS, Unit.CONTACT, "contact_id {contact}", "contact_id::text",
        how=How.CUT, cut="state = 'given_up', version = version + 1", still="state = 'requested'",
    ),
    Rule(
        "block", C.CONTACTS, Unit.CONTACT, "subject_token IN (SELECT subject_token FROM contact WHERE id {contact})",
        ripe="expires_at < {now}",
    ),
    Rule(
        "pseudonym_successor",
        C.CONTACTS,
        Unit.CONTACT,
        "old_token IN (SELECT subject_token FROM contact WHERE id {contact})"
        " OR new_token IN (SELECT subject_token FROM contact WHERE id {contact})",
        "'a key change'",
        ripe="false",  # emptied when the old key retires (app keys)
    ),
    Rule("subject_link", C.CONTACTS, Unit.CONTACT, "contact_id {contact}", "contact_id::text"),
    Rule(
        "contact", C.CONTACTS, Unit.CONTACT, "id {contact}",
        how=How.CUT, still=_NOTHING_LEFT,
        cut="subject_token = NULL, subject_key_id = NULL, consents = '{}', version = version + 1",
    ),
    # What belongs to a subject alone.
    Rule("subject_flag", C.FILES, Unit.SUBJECT, "subject_id {subject}", touched="expires_at"),
    Rule(
        "subject_plan", C.FILES, Unit.SUBJECT, "subject_id {subject}", "subject_id || ' ' || version",
        touched="written_at",
    ),
    Rule(
        "subject_task", C.FILES, Unit.SUBJECT, "subject_id {subject}",
        touched="made_at", open_while="ended_at IS NULL",
    ),
    Rule(
        "subject_hand_over", C.FILES, Unit.SUBJECT, "subject_id {subject}",
        touched="requested_at", open_while="ended_at IS NULL",
    ),
    Rule(
        "subject_moved_contact", C.FILES, Unit.SUBJECT,
        "was_with {subject} OR regrouping_id IN (SELECT id FROM subject_regrouping"
        " WHERE from_subject {subject} OR to_subject {subject})",
        "regrouping_id || ' ' || contact_id",
    ),
    Rule(
        "subject_moved_alias", C.FILES, Unit.SUBJECT,
        "was_with {subject} OR regrouping_id IN (SELECT id FROM subject_regrouping"
        " WHERE from_subject {subject} OR to_subject {subject})",
        "regrouping_id::text",
    ),
    Rule(
        "subject_regrouping", C.FILES, Unit.SUBJECT, "from_subject {subject} OR to_subject {subject}",
        touched="done_at",
    ),
    Rule(
        "legal_hold", C.FILES, Unit.SUBJECT, "subject_id {subject}",
        how=How.CUT, cut="reason = NULL", still="reason IS NOT NULL AND lifted_at IS NOT NULL",
    ),
    Rule("placeholder", C.FILES, Unit.SUBJECT, "scope {subject}", "scope || ' ' || kind || number"),
    Rule("subject_link", C.FILES, Unit.SUBJECT, "subject_id {subject}", "contact_id::text"),
    Rule("subject_alias", C.FILES, Unit.SUBJECT, "subject_id {subject}", "subject_id::text"),
    Rule("subject", C.FILES, Unit.SUBJECT, "id {subject}"),
    # The carrier's events. An erasure leaves them: times and outcomes, with nothing of the caller in them.
    Rule("ledger", C.LEDGER, Unit.CONTACT, "contact_id {contact}"),
    Rule("ledger", C.LEDGER, Unit.STRAY, "contact_id IS NULL AND received_at < {cutoff}"),
)  # fmt: skip

ONLY_RETAINED: Final = frozenset({C.LEDGER})
"""Classes that an erasure leaves and only the retention takes."""

EXEMPT: Final = {
    "erasure": "says that and on whose right something was erased; its id of a subject leads nowhere afterwards",
    "tombstone": "what an erasure leaves",
}
"""Tables of casework and the vault that hang on a subject or a contact and stay, with the reason."""


def rules_of(record_class: C, unit: Unit) -> tuple[Rule, ...]:
    """A class's rules, in order."""
    return tuple(rule for rule in RULES if rule.record_class is record_class and rule.unit is unit)


STAGES: Final = tuple(
    (record_class, unit)
    for record_class in C
    for unit in Unit
    if any(r.record_class is record_class and r.unit is unit for r in RULES)
)
"""What a round of the retention goes through, one after the other."""
