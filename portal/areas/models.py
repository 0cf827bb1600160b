"""The area tree of Amsterdam: stadsdeel > gebied > wijk, official codes, with validity (domain Appendix B)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.model import Base, one_of


class AreaKind(StrEnum):
    """Level in the tree; buurten exist in the register but are not needed here."""

    STADSDEEL = "stadsdeel"
    GEBIED = "gebied"
    WIJK = "wijk"


class Area(Base):
    """One area of the classification of 24 March 2022."""

    __tablename__ = "area"
    __table_args__ = (one_of("kind", AreaKind),)

    code: Mapped[str] = mapped_column(primary_key=True)  # T, GT22, TB
    name: Mapped[str]
    kind: Mapped[str]
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("area.code"), index=True)
    stadsdeel_code: Mapped[str] = mapped_column(ForeignKey("area.code"), index=True)
    register_id: Mapped[str]  # 14 digits, Kernregistratie Gebieden
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
