"""The ledger, contacts, legs, offers and what may follow a contact. P1 and P3 are enforced here, by the database."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP, UUID

from app.platform.schema import metadata

instant = TIMESTAMP(timezone=True)

ledger = Table(
    "ledger",
    metadata,
    # Every webhook that passed its signature, once. Append-only. No number, name or text a caller gave is in here.
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("provider", Text, nullable=False),
    Column("dedupe_key", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("provider_call_id", Text, nullable=False),
    Column("contact_id", UUID),
    Column("leg_id", UUID),
    Column("facts", JSONB, nullable=False, server_default=text("'{}'")),
    Column("answer", Text),  # what we said, so that a repeated request gets the first answer again
    Column("received_at", instant, nullable=False),
)
Index("uq_ledger_event", ledger.c.provider, ledger.c.dedupe_key, unique=True)
Index("ix_ledger_contact", ledger.c.contact_id)
Index("ix_ledger_received", ledger.c.received_at)

contact = Table(
    "contact",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("line_id", Text),  # null: somebody rang a number that no line has
    Column("line_version_id", UUID),
    Column("number_dialled", Text, nullable=False),  # one of ours
    Column("channel", Text, nullable=False, server_default=text("'voice'")),
    Column("direction", Text, nullable=False, server_default=text("'inbound'")),  # inbound, call_back
    Column("subject_token", LargeBinary),  # keyed pseudonym of the number; null: there was no number
    Column("subject_key_id", Text),  # the name of the key that made it; null: made before keys had names, by p1
    Column("language", Text, nullable=False, server_default=text("'zh'")),
    Column("consents", JSONB, nullable=False, server_default=text("'{}'")),
    Column("danger", Boolean, nullable=False, server_default=text("false")),  # pressed 1: in danger now
    Column("priority", Integer, nullable=False, server_default=text("0")),
    Column("skills", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("state", Text, nullable=False),
    Column("stage", Integer, nullable=False, server_default=text("0")),
    Column("stage_since", instant),
    Column("ways_tried", ARRAY(Text), nullable=False, server_default=text("'{}'")),  # way:target, in order
    Column("queue_key_id", Integer),
    Column("queue_rank", instant),  # arrival less the head start of the priority; smaller goes first
    Column("prefers_person_id", UUID),  # handed on to her, until somebody has talked with the caller
    Column("prefers_pool_id", Text),  # handed on to this pool, for as long
    Column("person_id", UUID, ForeignKey("person.id")),  # the one volunteer who holds it
    Column("bridge", Text),  # the conference's name: c-<id>
    Column("offered_at", instant, nullable=False),  # arrival: the moment it counts as offered to the line
    Column("enqueued_at", instant),  # began to wait, the first time
    Column("waiting_since", instant),  # began to wait, this time: after a talk that broke off, again
    Column("answered_at", instant),  # audio joined, the first time
    Column("ended_at", instant),
    Column("closed_at", instant),
    Column("erased_at", instant),  # what was written about it went, by right or by age: nothing more is written
    Column("terminal_reason", Text),
    Column("refused_as", Text),  # closed_hours, blocked: decided at the door, counts unless something better happens
    Column("outside_answered", Boolean, nullable=False, server_default=text("false")),
    Column("ended_by", Text),  # caller, volunteer, carrier, us
    Column("disposition", Text),
    Column("requeued", Integer, nullable=False, server_default=text("0")),
    Column("silence_prompts", Integer, nullable=False, server_default=text("0")),
    Column("version", Integer, nullable=False, server_default=text("1")),
)
Index(
    "ix_contact_queue",
    contact.c.queue_key_id,
    contact.c.queue_rank,
    contact.c.id,
    postgresql_where=contact.c.state == "waiting",
)
Index(
    "uq_contact_held_by",
    contact.c.person_id,
    unique=True,
    postgresql_where=contact.c.state.in_(["connecting", "talking"]),
)
Index("ix_contact_live", contact.c.line_id, postgresql_where=contact.c.state != "closed")
Index("ix_contact_offered_at", contact.c.line_id, contact.c.offered_at)
# Those who wait have nobody yet, so that an arrival writes nothing here.
Index(
    "ix_contact_person", contact.c.person_id, contact.c.answered_at, postgresql_where=contact.c.person_id.is_not(None)
)
Index("ix_contact_subject", contact.c.subject_token, postgresql_where=contact.c.subject_token.is_not(None))

leg = Table(
    "leg",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("contact_id", UUID, ForeignKey("contact.id"), nullable=False),
    Column("role", Text, nullable=False),  # caller, volunteer, third
    Column("person_id", UUID, ForeignKey("person.id")),
    Column("offer_id", UUID),
    Column("provider", Text, nullable=False),
    Column("provider_call_id", Text),  # known once the carrier has named it
    Column("label", Text, nullable=False),  # its name inside the bridge
    Column("state", Text, nullable=False),
    # What the carrier should be doing with this leg: the TwiML is rendered from it (telephony.md section 3).
    Column("desired", JSONB, nullable=False, server_default=text("'{}'")),
    Column("in_bridge", Boolean, nullable=False, server_default=text("false")),
    Column("muted", Boolean, nullable=False, server_default=text("false")),
    Column("on_hold", Boolean, nullable=False, server_default=text("false")),
    Column("last_seq", Integer, nullable=False, server_default=text("-1")),
    Column("bridge_seq", Integer, nullable=False, server_default=text("-1")),
    Column("bridge_instance", Text, nullable=False, server_default=text("''")),  # the carrier's id of it
    Column("started_at", instant, nullable=False),
    Column("answered_at", instant),
    Column("joined_at", instant),
    Column("ended_at", instant),
    Column("cause", Text),
    Column("erased_at", instant),  # the carrier's record of it has been deleted
    Column("version", Integer, nullable=False, server_default=text("1")),
)
Index(
    "uq_leg_provider_call",
    leg.c.provider,
    leg.c.provider_call_id,
    unique=True,
    postgresql_where=leg.c.provider_call_id.is_not(None),
)
Index("uq_leg_caller", leg.c.contact_id, unique=True, postgresql_where=leg.c.role == "caller")
Index("ix_leg_contact", leg.c.contact_id)
Index("ix_leg_unerased", leg.c.ended_at, postgresql_where=leg.c.erased_at.is_(None))

offer = Table(
    "offer",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("contact_id", UUID, ForeignKey("contact.id"), nullable=False),
    Column("person_id", UUID, ForeignKey("person.id"), nullable=False),
    Column("kind", Text, nullable=False, server_default=text("'queue'")),  # queue, transfer
    Column("state", Text, nullable=False),
    Column("because", Text, nullable=False),  # longest_idle, fewest_today, ring_k, prefers, returned, transfer
    Column("reach", Text, nullable=False),  # browser, phone
    Column("leg_id", UUID),  # the telephone leg that rings, when reach is phone
    Column("offered_at", instant, nullable=False),
    Column("ring_until", instant, nullable=False),
    Column("answered_at", instant),  # accepted or declined
    Column("bridged_at", instant),
    Column("ended_at", instant),
    Column("version", Integer, nullable=False, server_default=text("1")),
)
# P3. A volunteer is rung for one contact at a time, and a contact is accepted by one volunteer at a time.
Index(
    "uq_offer_person_live",
    offer.c.person_id,
    unique=True,
    postgresql_where=offer.c.state.in_(["offered", "accepted"]),
)
Index(
    "uq_offer_contact_accepted",
    offer.c.contact_id,
    unique=True,
    postgresql_where=text("state = 'accepted'"),
)
Index("ix_offer_contact", offer.c.contact_id)

sealed_number = Table(
    "sealed_number",
    metadata,
    # A caller's number, sealed, kept only as long as a call-back or the call itself needs it. The table is the vault
    # role's: we put in and delete, and take that role to read (app.platform.vault_role).
    Column("contact_id", UUID, ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("created_at", instant, nullable=False),
    schema="vault",
)

call_back = Table(
    "call_back",
    metadata,
    Column("contact_id", UUID, ForeignKey("contact.id"), primary_key=True),  # one a contact: dialled once (failure 27)
    Column("state", Text, nullable=False),  # requested, dialling, reached, not_reached, given_up
    Column("consented_at", instant, nullable=False),
    Column("due_at", instant, nullable=False),
    Column("person_id", UUID, ForeignKey("person.id")),  # the volunteer who took it
    Column("dialled_at", instant),
    Column("ended_at", instant),
    Column("new_contact_id", UUID, ForeignKey("contact.id")),
    Column("may_have_rung", Boolean, nullable=False, server_default=text("false")),  # at a try that came to nothing
    Column("version", Integer, nullable=False, server_default=text("1")),
)

voicemail = Table(
    "voicemail",
    metadata,
    Column("contact_id", UUID, ForeignKey("contact.id"), primary_key=True),
    Column("recording_id", Text, nullable=False),
    Column("seconds", Integer, nullable=False),
    Column("left_at", instant, nullable=False),
    Column("person_id", UUID, ForeignKey("person.id")),  # who took it, from whoever is on shift
    Column("heard_at", instant),
    Column("erased_at", instant),
    Column("version", Integer, nullable=False, server_default=text("1")),
)

block = Table(
    "block",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("subject_token", LargeBinary, nullable=False),
    Column("subject_key_id", Text),  # as in contact
    Column("line_id", Text),  # null: every line
    Column("reason", Text, nullable=False),  # a code: abusive, prank, silent_repeat
    Column("created_by", UUID, ForeignKey("person.id"), nullable=False),
    Column("created_at", instant, nullable=False),
    Column("expires_at", instant, nullable=False),
    Column("lifted_at", instant),
)
Index("ix_block_subject", block.c.subject_token, postgresql_where=block.c.lifted_at.is_(None))

pseudonym_successor = Table(
    "pseudonym_successor",
    metadata,
    # While the pseudonym key is being changed: which token took the place of which. Emptied when the old key retires.
    Column("old_token", LargeBinary, primary_key=True),
    Column("new_token", LargeBinary, nullable=False),
    Column("at", instant, nullable=False),
)
Index("ix_pseudonym_successor_new", pseudonym_successor.c.new_token)

transfer = Table(
    "transfer",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("contact_id", UUID, ForeignKey("contact.id"), nullable=False),
    Column("from_person_id", UUID, ForeignKey("person.id"), nullable=False),
    Column("kind", Text, nullable=False),  # warm, cold, third
    Column("target_kind", Text, nullable=False),  # person, pool, number
    Column("target", Text, nullable=False),  # a person id, a pool id, or the id of an outside number of the line
    Column("leg_id", UUID),
    Column("state", Text, nullable=False),  # ringing, joined, completed, failed, cancelled
    Column("started_at", instant, nullable=False),
    Column("ended_at", instant),
    Column("version", Integer, nullable=False, server_default=text("1")),
)
Index(
    "uq_transfer_live",
    transfer.c.contact_id,
    unique=True,
    postgresql_where=transfer.c.state.in_(["ringing", "joined"]),
)
