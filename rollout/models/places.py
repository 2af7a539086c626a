"""Where things happen: housing areas, estates and schools, and the rollout's phases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q, prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from rollout.models.programme import Programme
from rollout.models.visibility import VisibleQuerySet
from rollout.names import refuse_unseen


class PlaceKind(models.TextChoices):
    """What sort of place it is."""

    HOUSING_AREA = "housing_area", _("housing area")
    ESTATE = "estate", _("estate")
    SCHOOL = "school", _("school")
    GROUP = "group", _("group of places")


class PlaceQuerySet(VisibleQuerySet["Place"]):
    """Places and their filters."""

    def keys_with_groups_over(self) -> set[int]:
        """Return the keys of these places and of every group of places over them."""
        level = set(self.values_list("pk", flat=True))
        found: set[int] = set()
        while level:
            found |= level
            over = Place.objects.filter(pk__in=level).values_list("parent", flat=True)
            level = {key for key in over if key is not None} - found
        return found


class Place(models.Model):
    """A housing area, an estate, a school, or a group of places reported together."""

    programme = models.ForeignKey(
        Programme, models.CASCADE, related_name="places", verbose_name=_("programme")
    )
    code = models.SlugField(_("code"), max_length=60)
    name = models.CharField(_("name"), max_length=120, validators=[refuse_unseen])
    kind = models.CharField(_("kind"), max_length=12, choices=PlaceKind)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("part of"),
    )
    #: The memo's rule for Vildtbanegård: cooperation is rolled out as the planning,
    #: the framework and the parties become ready.
    requires_readiness = models.BooleanField(_("requires readiness"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    source = models.CharField(_("source"), max_length=300, blank=True)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        ordering = ["programme", "position", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "code"], name="place_code_is_unique"
            ),
            models.CheckConstraint(
                name="place_is_not_its_own_parent",
                condition=Q(parent=None) | ~Q(parent=F("id")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the path of the place's page."""
        return reverse("rollout:place", args=[self.pk])

    def clean(self) -> None:
        """Refuse to lie inside itself, also by way of other places."""
        if self._state.adding or self.parent_id is None:
            return
        over = Place.objects.filter(pk=self.parent_id).keys_with_groups_over()
        if self.pk in over:
            raise ValidationError({"parent": _("A place cannot lie inside itself.")})

    def with_places_inside(self) -> list[int]:
        """Return the keys of this place and of every place in it, level by level."""
        level = [self.pk]
        found: list[int] = []
        while level:
            found += level
            inside = Place.objects.filter(parent__in=level).exclude(pk__in=found)
            level = list(inside.values_list("pk", flat=True))
        return found


def groups_over(place: int | None, parents: Mapping[int, int | None]) -> Iterator[int]:
    """Yield the groups of places over a place, the nearest first and each once.

    Takes and gives keys; ``parents`` has what each place is part of. Places that two
    people put into each other at the same time lead back to where one was.
    """
    seen = {place}
    over = None if place is None else parents.get(place)
    while over is not None and over not in seen:
        yield over
        seen.add(over)
        over = parents.get(over)


class PhaseQuerySet(VisibleQuerySet["Phase"]):
    """Phases and their filters."""

    def by_place(self) -> dict[int, Phase]:
        """Return the first phase of each place, by the place's key.

        An activity that names no phase of its own belongs to its place's. What a
        group of places has counts for each place in it that has none itself.
        """
        first: dict[int, Phase] = {}
        phases = list(self.order_by("position", "starts_on", "pk"))
        prefetch_related_objects(phases, "places")
        for phase in phases:
            for place in phase.places.all():
                first.setdefault(place.pk, phase)
        programmes = {phase.programme_id for phase in phases}
        parents = dict(
            Place.objects.filter(programme__in=programmes).values_list("pk", "parent")
        )
        own = dict(first)
        for pk in parents:
            over = next((key for key in groups_over(pk, parents) if key in own), None)
            if over is not None:
                first.setdefault(pk, own[over])
        return first


class Phase(models.Model):
    """A named wave of the rollout: some places in some window of time."""

    programme = models.ForeignKey(
        Programme, models.CASCADE, related_name="phases", verbose_name=_("programme")
    )
    code = models.SlugField(_("code"), max_length=60)
    name = models.CharField(_("name"), max_length=120, validators=[refuse_unseen])
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    places = models.ManyToManyField(
        Place, blank=True, related_name="phases", verbose_name=_("places")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_example = models.BooleanField(_("example"), default=False, editable=False)

    objects = PhaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("phase")
        verbose_name_plural = _("phases")
        ordering = ["programme", "position", "starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "code"], name="phase_code_is_unique"
            ),
            models.CheckConstraint(
                name="phase_starts_before_it_ends",
                condition=Q(starts_on__lt=F("ends_on")),
            ),
        ]

    def __str__(self) -> str:
        return self.name
