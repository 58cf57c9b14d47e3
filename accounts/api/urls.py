"""Addresses of the doors, under /api/v1/."""

from django.urls import path

from accounts.api import doors

urlpatterns = [
    path("auth/register/", doors.Register.as_view(), name="register"),
    path("auth/register/confirm/", doors.ConfirmRegistration.as_view(), name="confirm_registration"),
    path("auth/token/", doors.Token.as_view(), name="token"),
]
