"""SCORE MIS: the project package. Importing it makes the Celery application current."""

from score_mis.celery import app as celery_app

__all__ = ["celery_app"]
