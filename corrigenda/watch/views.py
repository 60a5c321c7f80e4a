"""The desk's button that has an article read again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from corrigenda.models import Article, Member
from corrigenda.watch.actions import ask_reading
from corrigenda.web.back import go_back, member_button


@member_button
def read_article(request: HttpRequest, _member: Member, article_id: int) -> HttpResponse:
    """Ask for a reading of the article and go back."""
    ask_reading(article=get_object_or_404(Article, pk=article_id))
    messages.success(request, _("The article will be read again in a moment."))
    return go_back(request)
