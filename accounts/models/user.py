"""The account: what a person signs in with and acts as."""

from typing import Any, ClassVar

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.base import Retained
from accounts.querysets import UserQuerySet

USERNAME_PATTERN = r"^[a-z0-9][a-z0-9._@-]{0,63}$"


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Creates accounts; user names are kept in small letters so that they cannot be doubled by case."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """A saved account; without a password nobody can sign in to it."""
        user: User = self.model(username=username.strip().lower(), **fields)
        user.password = make_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """An administrator of the installation (Django's own permissions, no dossiers)."""
        fields = {"kind": User.Kind.OFFICER, "is_staff": True, "is_superuser": True} | fields
        return self.create_user(username, password, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        found: User = self.get(username=(username or "").strip().lower())
        return found


class User(AbstractBaseUser, PermissionsMixin, Retained):
    """An account. The phone is NOT unique: families share one; a person's identity is the 12-digit number (Person).

    Sign-in by phone belongs to the account that verified that phone first (`UserQuerySet.by_phone`); the others sign in
    with their identity number or user name, and the failure message says so to everybody alike.
    """

    class Kind(models.TextChoices):
        CITIZEN = "citizen", _("Citizen")
        BUSINESS = "business", _("Business")
        OFFICER = "officer", _("Officer")
        SYSTEM = "system", _("System")

    username = models.CharField(
        _("User name"), max_length=64, unique=True, validators=[RegexValidator(USERNAME_PATTERN)]
    )
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind.choices, default=Kind.CITIZEN)
    full_name = models.CharField(_("Full name"), max_length=120, blank=True)
    phone = models.CharField(_("Mobile number"), max_length=16, null=True, blank=True)  # noqa: DJ001  E.164; NULL = none
    phone_verified_at = models.DateTimeField(null=True, blank=True)
    email = models.EmailField(_("E-mail"), blank=True)
    language = models.CharField(max_length=2, choices=[("vi", "Tiếng Việt"), ("en", "English")], default="vi")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.CheckConstraint(condition=models.Q(username__regex=USERNAME_PATTERN), name="user_name_form"),
            models.CheckConstraint(
                condition=models.Q(phone__isnull=True) | models.Q(phone__regex=r"^\+84[0-9]{8,11}$"),
                name="user_phone_e164",
            ),
            models.CheckConstraint(
                condition=models.Q(phone_verified_at__isnull=True) | models.Q(phone__isnull=False),
                name="user_verified_phone_exists",
            ),
        ]
        indexes = [
            models.Index("phone", "phone_verified_at", condition=models.Q(phone__isnull=False), name="user_by_phone"),
        ]

    def __str__(self) -> str:
        return self.username

    @property
    def display_name(self) -> str:
        """The name to show; needs no further query."""
        return self.full_name or self.username

    def get_full_name(self) -> str:
        return self.display_name

    def get_short_name(self) -> str:
        """The given name, which in Vietnamese stands last."""
        return self.display_name.split()[-1]

    @property
    def is_officer(self) -> bool:
        return self.kind == self.Kind.OFFICER
