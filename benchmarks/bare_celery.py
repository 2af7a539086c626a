"""The bare project's Celery application."""

from celery import Celery

app = Celery("bare", broker="redis://localhost/0")
app.autodiscover_tasks()
