"""Posts: who works where, from which date to which."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from agencies.models import Agency, Post, Role
from audit.services import record


def appoint(
    user: User,
    agency: Agency,
    role: str,
    *,
    actor: User | None,
    since: date | None = None,
    title_vi: str = "",
    title_en: str = "",
) -> Post:
    """Give somebody a post from a date on; giving the same open post again changes nothing."""
    if role not in Role.values:
        raise ValueError(_("There is no such role."))
    post, created = Post.objects.get_or_create(
        user=user,
        agency=agency,
        role=role,
        valid_to=None,
        defaults={"valid_from": since or timezone.localdate(), "title_vi": title_vi, "title_en": title_en},
    )
    if created and actor is not None:
        record("post.appointed", actor_id=actor.pk, subject_type="post", subject_id=post.pk, agency_code=agency.code)
    return post


def end_post(post: Post, *, actor: User, at: datetime) -> None:
    """The post ends today: its rights are gone at once."""
    Post.objects.filter(pk=post.pk).update(valid_to=timezone.localdate(at))
    record("post.ended", actor_id=actor.pk, subject_type="post", subject_id=post.pk, agency_code=post.agency.code)
