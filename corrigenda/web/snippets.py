"""What a publisher pastes into the template of an article."""

from typing import Final

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from corrigenda.models import Site

FAILURE: Final = gettext_noop("Correction form failed. Retry?")
"""What the loader says by itself where it reaches no server: its only words, and in English unless told."""


def embed_snippet(site: Site) -> str:
    """Return the script tag and the link, their words in the site's first language.

    The link leads to the plain form where the script does not run; `ADDRESS` is for the publisher's template
    to replace by the article's address, percent-encoded.
    """
    with translation.override(site.language):
        words, failure = _("Suggest a correction"), _(FAILURE)
    script = f"{settings.PUBLIC_URL}{static('corrigenda/widget/corrigenda.js')}"
    form = f"{settings.PUBLIC_URL}{reverse('report:form')}?url=ADDRESS"
    told = "" if failure == FAILURE else f' data-failure="{escape(failure)}"'
    return (
        f'<script async src="{script}"{told}></script>\n<a data-corrigenda="report" href="{form}">{words}</a>'
    )
