import json

from PIL import Image

from vidpred.training.curves import _figure, _panels, draw_curves

ENTRIES = [
    {"step": 1, "kind": "train", "l2": 0.5, "generator_gradient": 2.0},
    {"step": 2, "kind": "train", "l2": 0.4, "generator_gradient": 1.0},
    {"step": 2, "kind": "validation", "psnr": 20.0, "copy_last_psnr": 19.0},
]


def test_a_baseline_shares_the_panel_of_its_metric():
    assert dict(_panels(ENTRIES)) == {
        ("train", "l2"): ["l2"],
        ("train", "generator_gradient"): ["generator_gradient"],
        ("validation", "psnr"): ["psnr", "copy_last_psnr"],
    }


def test_axes_say_what_they_show_and_in_which_unit():
    entries = [*ENTRIES, {"step": 2, "kind": "validation", "kernel_distance": 0.5}]
    axes = _figure(_panels(entries), entries).axes
    assert {each.get_xlabel() for each in axes} == {"step"}
    assert [each.get_ylabel() for each in axes] == [
        "l2",
        "generator gradient",
        "psnr (dB)",
        "kernel distance (lower is better)",
    ]


def test_a_single_number_is_a_point_and_several_are_a_line():
    axes = _figure(_panels(ENTRIES), ENTRIES).axes
    assert [[line.get_marker() for line in each.lines] for each in axes] == [["None"], ["None"], ["o", "o"]]


def test_curves_are_drawn_and_drawn_anew(tmp_path):
    draw_curves(tmp_path / "curves.png", ENTRIES)
    first = Image.open(tmp_path / "curves.png").size
    draw_curves(tmp_path / "curves.png", json.loads(json.dumps(ENTRIES[:1])))
    assert Image.open(tmp_path / "curves.png").size != first


def test_a_run_without_numbers_draws_nothing(tmp_path):
    draw_curves(tmp_path / "curves.png", [])
    assert list(tmp_path.iterdir()) == []


def test_numbers_that_a_float_barely_holds_leave_gaps(tmp_path):
    largest = [{"step": step, "kind": "train", "l2": sign * 1e308} for step, sign in ((1, 1), (2, -1), (3, 1))]
    draw_curves(tmp_path / "curves.png", [*largest, {"step": 4, "kind": "train", "l2": 0.5}])
    assert Image.open(tmp_path / "curves.png").size[0] > 0
