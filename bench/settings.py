"""The settings of the measured site: those of the site, with a few pages more to compare with."""

from score_mis.settings import *  # noqa: F403 (settings are a flat list of names)

ROOT_URLCONF = "bench.urls"
