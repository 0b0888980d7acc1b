"""How long which records are kept, and what may not be erased (field.md section 2).

Periods are data, by record class and jurisdiction; this reckons with them. A period counts from the end of the contact
(for a file: of the subject's last contact). Years and months are the calendar's, and never end early: what ended on 29
February 2024 is kept three years until 1 March 2027. A legal hold stops both retention and erasure.
"""

import calendar
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Final

RUN_AT: Final = time(21, 30, tzinfo=UTC)
"""05:30 in China: the trough of the day (field.md section 5)."""


class RecordClass(StrEnum):
    """What is kept for one length of time, in the order in which it is looked through."""

    DRAFTS = "drafts"  # notes not yet submitted
    VOICEMAIL = "voicemail"  # the sound, at the carrier
    VAULT = "vault"  # number, name, location
    NOTES = "notes"  # notes, amendments, actions, assessments, levels, consents: the forms of the national guide
    FILES = "files"  # a subject's plan, flags, tasks, custody, and the subject itself
    CONTACTS = "contacts"  # pseudonym and link of a contact; its times and outcome stay, as counts
    LEDGER = "ledger"  # the carrier's events
    AUDIT = "audit"


class HoldReason(StrEnum):
    """Why records may not be erased."""

    INVESTIGATION = "investigation"  # police or procuratorate
    COURT = "court"
    COMPLAINT = "complaint"
    INCIDENT_REVIEW = "incident_review"  # a death or a serious event is being looked into
    MANDATORY_REPORT = "mandatory_report"
    OTHER = "other"


class ErasureBasis(StrEnum):
    """On whose right a subject is erased."""

    SUBJECT_REQUEST = "subject_request"
    GUARDIAN_REQUEST = "guardian_request"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    PURPOSE_ENDED = "purpose_ended"
    UNLAWFUL = "unlawful"
    COURT_ORDER = "court_order"


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time. All three zero is not a period; None stands for "always"."""

    years: int = 0
    months: int = 0
    days: int = 0

    def before(self, moment: datetime) -> datetime:
        """The moment this period earlier; what ended before it has been kept long enough."""
        months = moment.year * 12 + moment.month - 1 - self.years * 12 - self.months
        year, month = divmod(months, 12)
        day = min(moment.day, calendar.monthrange(year, month + 1)[1])
        return moment.replace(year=year, month=month + 1, day=day) - timedelta(days=self.days)

    def at_least(self, other: "Period") -> bool:
        """Whether it is no shorter than `other`, wherever in the calendar they fall."""
        return all(self.before(day) <= other.before(day) for day in _EVERY_MONTH)


_EVERY_MONTH: Final = tuple(datetime(2023 + month // 12, month % 12 + 1, 28, tzinfo=UTC) for month in range(24))


def cutoff(period: Period | None, *, now: datetime) -> datetime | None:
    """What ended before this has been kept long enough; None: never."""
    return None if period is None else period.before(now)


def next_run(now: datetime) -> datetime:
    """When the records are next looked through."""
    today = datetime.combine(now.astimezone(UTC), RUN_AT)
    return today if now < today else today + timedelta(days=1)
