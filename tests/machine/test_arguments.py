"""What public functions are given by mistake is refused in one sentence that says what is needed."""

import ast
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
import pytest
import torch

import vidpred
from vidpred import VidpredError
from vidpred.machine.arguments import checked
from vidpred.machine.ranges import Seed


class Sounding(Protocol):
    loudness: int

    def __call__(self, text: str) -> str: ...


class Horn:
    loudness = 3

    def __call__(self, text):
        return text


HORN = Horn()


@checked
def play(
    path: str | Path,
    number: int = 1,
    seconds: float | None = None,
    loud: bool = False,
    how: Literal["high", "low"] | None = None,
    names: Sequence[str] | None = None,
    files: Mapping[str, str | Path] | None = None,
    seed: Seed = 0,
    horn: Sounding = HORN,
    anything: object = None,
):
    """Return what came in."""
    return path, number, seconds, loud, how, names, files, seed, horn, anything


@pytest.mark.parametrize(
    "given",
    [
        {"number": np.int64(3), "seconds": np.float32(0.5), "loud": True},
        {"seconds": 2, "how": "low", "names": ["a"], "files": {"a": Path("b")}},
        {"seconds": Fraction(1, 3), "names": ("a",), "anything": torch.zeros(2)},
    ],
)
def test_what_is_declared_goes_through_as_it_is(given):
    came_in = play(Path("x"), **given)
    assert all(any(value is each for each in came_in) for value in given.values())


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"path": value}, "path of play is .*, but a path is needed, as text or as a pathlib.Path")
        for value in (b"x", 3, None, 1.5, True, [Path("x")], (), {}, np.zeros(3), torch.zeros(2), object(), iter("x"))
    ]
    + [({"path": value}, "path of play is .*, but no path is empty or has a null character") for value in ("", "a\0b")]
    + [
        ({"path": "x", "number": value}, "number of play is .*, but that is not accepted: .* whole number")
        for value in ("3", 1.5, True, None, [], np.zeros(2), torch.ones(2))
    ]
    + [
        ({"path": "x", "number": 10**30}, "more than any computer counts to"),
        ({"path": "x", "seconds": float("nan")}, "seconds of play is nan, .*finite"),
        ({"path": "x", "seconds": np.True_}, "seconds of play is .*, but that is not accepted: .* a number"),
        ({"path": "x", "loud": 3}, "loud of play is 3, .*true or false"),
        ({"path": "x", "how": "loudly"}, "how of play is 'loudly', .*'high' or 'low'"),
        ({"path": "x", "names": "abc"}, "names of play is 'abc'"),
        ({"path": "x", "files": ["abc"]}, "files of play is an object of the class list"),
        ({"path": "x", "seed": -1}, "seed of play is -1, .*greater than or equal to 0"),
        ({"path": "x", "horn": "a horn"}, "horn of play is 'a horn', which is no Sounding, since it has no loudness"),
        ({"path": "x", "horn": Horn}, "which is no Sounding, since it is a class, of which an object is needed"),
    ],
)
def test_another_type_is_refused_in_one_sentence(given, said):
    with pytest.raises(VidpredError, match=said) as refused:
        play(**given)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("longest", ["x" * 5000, "x/" * 5000], ids=["one name", "folders"])
@pytest.mark.parametrize("name", ["load_predictor", "predict_video", "compare", "compare_generators"])
def test_a_path_longer_than_any_is_refused_in_one_short_sentence(name, longest):
    rest = {"predict_video": (Still(),), "compare": ("linear",), "compare_generators": ("run",)}
    with pytest.raises(VidpredError, match=r"path x.* is longer than the disk takes") as refused:
        getattr(vidpred, name)(longest, *rest.get(name, ()))
    assert len(str(refused.value)) < 300


def test_numbers_that_count_from_0_or_1_are_no_lower(tmp_path):
    with pytest.raises(VidpredError, match=r"first of rollout is -1, .*greater than or equal to 0"):
        vidpred.rollout(Still(), torch.zeros(1, 2, 3, 8, 8), 1, num_samples=2, first=-1)
    with pytest.raises(VidpredError, match=r"max_images of compare_generators is -1, .*greater than or equal to 1"):
        vidpred.compare_generators(tmp_path, "run", -1)


PUBLIC = {
    "load_predictor": ("checkpoint",),
    "load_generator": ("checkpoint",),
    "predict_video": ("video", "predictor"),
    "compare": ("videos", "predictors"),
    "compare_generators": ("images", "generators"),
    "rollout": ("predictor", "context", "horizon"),
    "sample": ("generator",),
}


@pytest.mark.parametrize("name", PUBLIC)
@pytest.mark.parametrize("value", [3, None, object(), torch.zeros(2)], ids=lambda value: type(value).__name__)
def test_public_functions_refuse_what_they_cannot_use(name, value, tmp_path):
    good = {"predictor": Still(), "context": torch.zeros(1, 2, 3, 8, 8), "horizon": 1, "video": "x", "videos": tmp_path}
    good |= {"images": tmp_path}
    for wrong in PUBLIC[name]:
        arguments = {each: good.get(each) for each in PUBLIC[name]} | {wrong: value}
        if wrong == "horizon" and isinstance(value, int):
            continue
        with pytest.raises(VidpredError):
            getattr(vidpred, name)(**arguments)


class Still:
    """The last frame again."""

    num_context_frames, lead = 1, 1

    def __call__(self, context):
        return [context[:, -1:]]


@pytest.mark.parametrize(
    "predictors",
    [3, None, [Still()], {"mine": 3}, {"mine": Still}],
    ids=["a number", "nothing", "a list", "numbers", "a class"],
)
def test_predictors_to_evaluate_are_given_by_their_names(predictors):
    with pytest.raises(VidpredError, match=r"predictors(.'mine'.)? of evaluate is "):
        vidpred.evaluate(predictors, None)


@pytest.mark.parametrize("function", [3, None, "mean"])
def test_what_is_to_be_called_can_be(function):
    with pytest.raises(VidpredError, match=r"function of estimate is .*, but a Callable is needed"):
        vidpred.monte_carlo.estimate(function, [torch.zeros(2)])


@pytest.mark.parametrize(
    "context",
    [
        torch.full((1, 2, 3, 8, 8), float("nan")),
        torch.zeros(1, 2, 3, 8, 8).to_sparse(),
        torch.zeros(1, 2, 3, 8, 8, device="meta"),
    ],
    ids=["nan", "sparse", "meta"],
)
def test_a_context_without_values_is_refused(context):
    with pytest.raises(VidpredError, match="the context"):
        vidpred.rollout(Still(), context, 1)


def test_text_is_a_path_to_type_checkers_too_where_a_public_function_takes_one():
    package = Path(vidpred.__file__).parent
    functions = [
        node
        for file in sorted(package.rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and "checked" in map(ast.unparse, node.decorator_list)
    ]
    declared = {
        (function.name, argument.arg): ast.unparse(argument.annotation)
        for function in functions
        for argument in (*function.args.args, *function.args.kwonlyargs)
        if argument.annotation is not None
    }
    assert declared["video_folder", "source"] == "GivenPath"
    assert [place for place, kind in declared.items() if kind == "Path"] == []
