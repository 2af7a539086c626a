"""The product's addresses and, beside them, the floors that answer bare."""

from django.urls import path

from benchmarks import floors
from config.urls import urlpatterns as product

urlpatterns = [
    path("floor/nothing/", floors.nothing),
    path("floor/page/", floors.page),
    path("floor/rows/", floors.rows),
    path("floor/transition/", floors.transition),
    *product,
]
