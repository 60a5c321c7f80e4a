"""The part of allauth's addresses that this desk has; the others answer 404."""

from allauth.account import views as allauth
from django.urls import path

from corrigenda.accounts import views

urlpatterns = [
    path("login/", views.SignInView.as_view(), name="account_login"),
    path("logout/", views.SignOutView.as_view(), name="account_logout"),
    path("inactive/", allauth.account_inactive, name="account_inactive"),
    path("password/change/", views.NewPasswordView.as_view(), name="account_change_password"),
]
