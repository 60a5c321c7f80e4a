"""What a publisher pastes into the template of an article."""

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from corrigenda.models import Site


def embed_snippet(site: Site) -> str:
    """Return the script tag and the link, the link's words in the site's first language.

    The link leads to the plain form where the script does not run; `ADDRESS` is for the publisher's template
    to replace by the article's address, percent-encoded.
    """
    with translation.override(site.language):
        words = _("Suggest a correction")
    script = f"{settings.PUBLIC_URL}{static('corrigenda/widget/corrigenda.js')}"
    form = f"{settings.PUBLIC_URL}{reverse('report:form')}?url=ADDRESS"
    return f'<script src="{script}" defer></script>\n<a href="{form}" data-corrigenda="report">{words}</a>'
