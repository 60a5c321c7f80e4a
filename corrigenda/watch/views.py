"""The desk's buttons about articles: read one again, undo a change of its address."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from corrigenda.models import AddressChange, Article, Member
from corrigenda.watch.actions import ask_reading
from corrigenda.watch.moving import undo_move
from corrigenda.web.back import go_back, member_button


@member_button
def read_article(request: HttpRequest, _member: Member, article_id: int) -> HttpResponse:
    """Ask for a reading of the article and go back."""
    ask_reading(article=get_object_or_404(Article, pk=article_id))
    messages.success(request, _("The article will be read again in a moment."))
    return go_back(request)


@member_button
def undo_address(request: HttpRequest, member: Member, change_id: int) -> HttpResponse:
    """Keep the article under its former address again, and go back."""
    change = get_object_or_404(AddressChange, pk=change_id)
    if undo_move(change=change, member=member):
        messages.success(
            request, _("The article has its former address again, and is read there in a moment.")
        )
    else:
        messages.warning(
            request, _("The article’s address has changed since then. The case is shown as it is now.")
        )
    return go_back(request)
