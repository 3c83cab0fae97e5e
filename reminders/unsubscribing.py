"""The link in each mail that ends that kind of mail: signed, good without signing in and for ever."""

from django.core import signing
from django.db import transaction
from django.urls import reverse

from accounts.models import User
from reminders.models import Kind, Wish
from score_mis.lib import dates

SALT = "reminders.unsubscribing"


def token(person: User, kind: str) -> str:
    """The signed word for a person and a kind of mail."""
    return signing.dumps([person.pk, kind], salt=SALT)


def path_to_stop(person: User, kind: str) -> str:
    """The address of the page where a person stops a kind of mail."""
    return reverse("reminders:stop", args=[token(person, kind)])


def read(word: str) -> tuple[User, Kind] | None:
    """Whom and which kind of mail a link is about; None for one that this site did not write."""
    try:
        pk, kind = signing.loads(word, salt=SALT)
    except signing.BadSignature:
        return None
    person = User.objects.filter(pk=pk).first()
    return (person, Kind(kind)) if person and kind in Kind.values else None


def set_wish(person: User, kind: Kind, wished: bool) -> None:
    """Keep whether a person wishes a kind of mail; twice the same is the same, also at the same moment."""
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=person.pk)
        wish = Wish.objects.filter(person=person).first() or Wish(person=person)
        if getattr(wish, kind) != wished:
            setattr(wish, kind, wished)
            wish._history_date = dates.now()  # type: ignore[attr-defined]  # read by django-simple-history
            wish.save()
