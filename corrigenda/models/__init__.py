"""The tables, one file per noun: constraints and querysets, no side effects."""

from corrigenda.models.alerts import Alert
from corrigenda.models.articles import Address, AddressChange, Article, Revision
from corrigenda.models.asides import SetAside
from corrigenda.models.audit import AuditEvent
from corrigenda.models.cases import Case, Entry
from corrigenda.models.decisions import Decision, Merge, NoticeKind
from corrigenda.models.deliveries import Delivery
from corrigenda.models.fixes import Fix
from corrigenda.models.mails import Attachment, FollowUp, Mail, Mailbox, Unfetched
from corrigenda.models.members import Member
from corrigenda.models.notices import Notice, Reply
from corrigenda.models.passages import Passage
from corrigenda.models.reports import Contact, Report
from corrigenda.models.sessions import DeskSession
from corrigenda.models.signins import SignInCount
from corrigenda.models.sites import DEFAULT_ROOT_SELECTORS, Origin, Site
from corrigenda.models.stops import Stop
from corrigenda.models.traces import Trace

__all__ = [
    "DEFAULT_ROOT_SELECTORS",
    "Address",
    "AddressChange",
    "Alert",
    "Article",
    "Attachment",
    "AuditEvent",
    "Case",
    "Contact",
    "Decision",
    "Delivery",
    "DeskSession",
    "Entry",
    "Fix",
    "FollowUp",
    "Mail",
    "Mailbox",
    "Member",
    "Merge",
    "Notice",
    "NoticeKind",
    "Origin",
    "Passage",
    "Reply",
    "Report",
    "Revision",
    "SetAside",
    "SignInCount",
    "Site",
    "Stop",
    "Trace",
    "Unfetched",
]
