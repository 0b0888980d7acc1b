"""What the gate from raw text to stored text keeps: which placeholder stands for whom, by keyed hash alone."""

from sqlalchemy import Column, Integer, LargeBinary, Table, Text
from sqlalchemy.dialects.postgresql import UUID

from app.platform.schema import metadata

placeholder = Table(
    "placeholder",
    metadata,
    # 〔姓名1〕 is the same person in every text of one scope. The token is a keyed hash: nobody can read or test it.
    Column("scope", UUID, primary_key=True),  # the subject's id when there is one, else the contact's
    Column("kind", Text, primary_key=True),  # the class of what it stands for
    Column("token", LargeBinary, primary_key=True),
    Column("number", Integer, nullable=False),
)
