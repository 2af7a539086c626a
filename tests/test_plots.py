"""What was measured is drawn so that the drawing says it in words as well."""

from xml.etree import ElementTree as ET

from benchmarks import plots

SVG = "{http://www.w3.org/2000/svg}"


def texts(drawing):
    return [one.text for one in ET.fromstring(drawing).iter(f"{SVG}text")]


def test_each_ratio_is_told_with_its_goal_and_whether_it_is_met():
    drawing = plots.ratios(
        [
            {"name": "a page", "ratio": 1.5, "at_most": 2, "is_met": True},
            {"name": "a mail", "ratio": 6.3, "at_most": 2, "is_met": False},
            {"name": "a minute", "ratio": 0.2, "at_most": None, "is_met": True},
        ]
    )

    told = texts(drawing)
    assert told[told.index("a page") + 1] == "1.50 × of 2, met"
    assert told[told.index("a mail") + 1] == "6.30 × of 2, missed"
    assert told[told.index("a minute") + 1] == "0.20 ×"
    widths = [
        float(box.get("width")) for box in ET.fromstring(drawing).iter(f"{SVG}rect")
    ]
    ground, page, mail, minute = widths
    assert page < mail < ground
    assert minute > page, "a fifth is as far from one as five times"


def test_waits_and_memory_of_a_load_are_drawn_to_its_end():
    load = {
        "minutes": 20,
        "windows": [
            {"p50": 0.04, "p95": 0.3, "p99": 0.8},
            {"p50": 0.05, "p95": 0.3, "p99": 0.9},
        ],
        "rest_megabytes": {"web": 200, "worker": 240},
        "looks": [
            {"at": at * 60, "megabytes": {"web": 360 + at, "worker": 250}}
            for at in range(1, 21)
        ],
    }

    told = texts(plots.course(load))

    assert "p99, 0.9 s" in told
    assert "web, 380 MB" in told
    assert "18 min" in told


def test_names_of_lines_that_end_together_stand_apart():
    assert sorted(plots._apart([100, 100, 30, 104])) == [30, 74, 89, 104]
