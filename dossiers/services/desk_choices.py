"""How an officer likes to work at the desk."""

from accounts.models import User
from dossiers.models import Desk


def goes_on(user: User) -> bool:
    """After an act that ends the work here the next dossier of the list opens; so it is until the officer says otherwise."""
    found = Desk.objects.filter(user=user).values_list("goes_on", flat=True).first()
    return found is None or found


def set_goes_on(user: User, *, goes_on: bool) -> None:
    """Keep whether the next dossier opens."""
    Desk.objects.update_or_create(user=user, defaults={"goes_on": goes_on})
