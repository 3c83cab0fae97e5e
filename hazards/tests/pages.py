"""Addresses of hazards and what stands there."""

from django.urls import reverse

LIST = reverse("hazards:hazard_list")
ADD = reverse("hazards:hazard_add")
REPORT = {"description": "Exit blocked", "place": "Store", "level": "general", "happened_on": "2017-12-18"}


def url(hazard, name="hazard_detail", *args):
    return reverse(f"hazards:{name}", args=[hazard.pk, *args])


def text_of(client, url, **query):
    response = client.get(url, query)
    assert response.status_code == 200
    return response.content.decode()
