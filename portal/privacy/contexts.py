"""Processing contexts (domain §3.2) and purposes of access (domain §3.6.8)."""

from __future__ import annotations

from enum import StrEnum


class Context(StrEnum):
    """Verwerkingscontext: every record about a person belongs to exactly one and never changes it (C-1)."""

    JV_DISTRICT = "jv_district"
    GROUP_APPROACH = "group_approach"
    PUBLIC_ORDER_MEASURE = "public_order_measure"
    VOLUNTARY_GUIDANCE = "voluntary_guidance"
    ACVZ_REFERRAL = "acvz_referral"
    EDUCATION_SESSION = "education_session"
    RESTORATIVE_TABLE = "restorative_table"
    INCIDENT_AFTERCARE = "incident_aftercare"
    CM_WORKFORCE = "cm_workforce"
    ACCOUNTABILITY = "accountability"


class Purpose(StrEnum):
    """AccessPurpose: why a record was read; logged as purposeOfUse."""

    OWN_CASELOAD = "own_caseload"
    REPLACEMENT = "replacement"
    TRIAGE = "triage"
    MATCHING = "matching"
    PLANNING = "planning"
    SUPERVISION = "supervision"
    SUBJECT_REQUEST = "subject_request"
    INCIDENT = "incident"
    BREAK_GLASS = "break_glass"
    REPORTING = "reporting"
    SUPPORT = "support"
