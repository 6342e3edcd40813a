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


def test_few_numbers_are_points_on_a_line_and_many_are_a_line():
    many = [{"step": step, "kind": "train", "l1": 0.5} for step in range(100)]
    axes = _figure(_panels([*ENTRIES, *many]), [*ENTRIES, *many]).axes
    assert [[line.get_marker() for line in each.lines] for each in axes] == [["o"], ["o"], ["o", "o"], ["None"]]


def test_a_single_number_is_written_beside_its_point():
    axes = _figure(_panels(ENTRIES), ENTRIES).axes
    assert [[text.get_text() for text in each.texts] for each in axes] == [[], [], ["20", "19"]]


def test_all_panels_show_the_same_whole_steps():
    entries = [*ENTRIES, {"step": 40, "kind": "train", "l1": 0.5}]
    axes = _figure(_panels(entries), entries).axes
    limits = {each.get_xlim() for each in axes}
    assert len(limits) == 1
    ((first, last),) = limits
    assert -2 < first < 1 < 40 < last < 43
    assert all(step == int(step) for each in axes for step in each.get_xticks())


def test_a_run_of_one_step_is_drawn(tmp_path):
    assert {each.get_xlim() for each in _figure(_panels(ENTRIES[:1]), ENTRIES[:1]).axes} == {(0, 2)}


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
