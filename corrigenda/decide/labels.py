"""The desk's words for tabs, states, moves and reasons: one table each, whoever made the entry."""

from enum import StrEnum
from typing import Final

from django.utils.translation import gettext_lazy as _

from corrigenda.flow import State
from corrigenda.models import Decision, NoticeKind, Report


class Tab(StrEnum):
    """The parts of the queue."""

    DECIDE = "decide"
    FIX = "fix"
    DECIDED = "decided"
    ALL = "all"


TABS: Final = {
    Tab.DECIDE: (State.LOCATED, State.UNLOCATED),
    Tab.FIX: (State.ACCEPTED,),
    Tab.DECIDED: (State.NOTED, State.DECLINED, State.FIXED, State.DISCLOSED, State.CLOSED),
    Tab.ALL: tuple(state for state in State if state != State.MERGED),
}
"""Which states each tab shows; a joined case is seen with the one that it follows."""

NEWEST_FIRST: Final = frozenset({Tab.DECIDED, Tab.ALL})
"""Work is shown oldest first; what lies behind newest first, or yesterday would be on the last page."""

TAB_NAMES: Final = {
    Tab.DECIDE: _("To decide"),
    Tab.FIX: _("Waiting for a fix"),
    Tab.DECIDED: _("Decided"),
    Tab.ALL: _("All"),
}

EMPTY: Final = {
    Tab.DECIDE: _("Nothing waits for a decision."),
    Tab.FIX: _("No fix is awaited."),
    Tab.DECIDED: _("Nothing has been decided yet."),
    Tab.ALL: _("No report has come in yet."),
}

TO_CONFIRM: Final = _("place to confirm")
"""What an unlocated case is called that has a likely place."""

STATES: Final = {
    State.RECEIVED: _("being located"),
    State.LOCATED: _("to decide"),
    State.UNLOCATED: _("place unknown"),
    State.MERGED: _("joined"),
    State.ACCEPTED: _("waiting for the fix"),
    State.NOTED: _("note on its way"),
    State.DECLINED: _("declined"),
    State.FIXED: _("fixed"),
    State.DISCLOSED: _("published"),
    State.CLOSED: _("closed"),
}

OUTCOMES: Final = {
    Decision.Outcome.ACCEPT: _("corrected"),
    Decision.Outcome.NOTE: _("note published"),
    Decision.Outcome.DECLINE: _("declined"),
}
"""What a closed case is called."""

USUAL_KINDS: Final = {
    Report.Concern.FACT: NoticeKind.CORRECTION,
    Report.Concern.UNCLEAR: NoticeKind.CLARIFICATION,
    Report.Concern.TYPO: NoticeKind.MINOR,
    Report.Concern.MISSING: NoticeKind.CLARIFICATION,
    Report.Concern.OTHER: NoticeKind.CORRECTION,
    Report.Concern.SAME: NoticeKind.CORRECTION,
}
"""The kind that a form offers first for what a reader called the matter."""

VERBS: Final = {
    "opened": _("Reported by a reader"),
    "released": _("Was held, and found to be no spam"),
    "located": _("Found in the article"),
    "located_headline": _("Found in the headline"),
    "headline_differs": _("Reported in the headline, which does not hold these words"),
    "located_image": _("Reported about an image"),
    "unlocated": _("Not found"),
    "unlocated_gone": _("The words do not stand in the article any more"),
    "unlocated_unsure": _("A place was found, but not for sure"),
    "unlocated_no_quote": _("The report quotes no words"),
    "unlocated_no_article": _("The mail names no article"),
    "article_named": _("Article named by an editor"),
    "unlocated_unreadable": _("The article could not be read: its text is not on the page"),
    "unlocated_missing": _("The article does not exist at this address"),
    "unlocated_failed": _("The article’s page could not be reached"),
    "unlocated_elsewhere": _("The article belongs to another publication of this desk"),
    "carried": _("Followed into a newer version of the article"),
    "moved_by_redirect": _("Article’s address changed: permanent redirect"),
    "moved_by_canonical": _("Article’s address changed: canonical link of the page"),
    "move_undone": _("Change of the article’s address undone"),
    "pointed": _("Place shown by an editor"),
    "merged": _("Joined to another case"),
    "joined": _("Another case was joined to this one"),
    "unmerged": _("Parted from the other case"),
    "parted": _("The other case was parted from this one"),
    "accepted": _("Accepted"),
    "noted": _("Note decided, text unchanged"),
    "declined": _("Declined"),
    "undone": _("Decision undone"),
    "applied": _("New wording given to the CMS"),
    "fixed": _("New wording seen on the article page"),
    "refused": _("The fix could not be made"),
    "taken_back": _("Decision taken back"),
    "accepted_as_published": _("Accepted as the article page reads"),
    "drafted": _("Notice drafted"),
    "withdrawn": _("Draft of the notice withdrawn"),
    "placed": _("Notice placed on the article page"),
    "unplaced": _("Notice not placed on the article page"),
    "disclosed": _("Notice published"),
    "posted": _("Answer handed to the mail"),
    "delivered": _("Answer mailed"),
    "abandoned": _("Answer could not be mailed"),
    "unwanted": _("Answer not mailed: the reader wants no mail"),
    "addressless": _("Answer not mailed: the address has been deleted"),
    "erased": _("What the reader wrote was erased at the reader’s wish"),
    "bounced": _("Our letter to the reader came back"),
    "followed_up": _("The reader wrote again"),
    "closed": _("Closed"),
}
"""What an entry of a case's history says; an unknown verb is shown as it stands."""

PARTS: Final = {
    Report.Part.HEADLINE: _("In the headline"),
    Report.Part.CAPTION: _("In a caption"),
    Report.Part.IMAGE: _("An image"),
}
"""Where in the page a report is about, beside the text of the article."""

REASONS_UNLOCATED: Final = {
    "unlocated_gone": _("The quoted words do not stand in the article. They may have been cut or rewritten."),
    "unlocated_unsure": _("The quoted words may stand here, but it is not sure. Please look."),
    "unlocated_no_quote": _("The reader quoted no words. Please say which passage is meant."),
    "unlocated_no_article": _(
        "The mail names no article, and none was found by its words. Please say which one is meant."
    ),
    "unlocated_unreadable": _("The article’s text could not be read, perhaps for a paywall."),
    "unlocated_missing": _("There is no article at this address."),
    "unlocated_failed": _("The article’s page could not be reached. It is tried again."),
    "unlocated_elsewhere": _("The article at this address belongs to another publication of this desk."),
}
