"""Networks as files: what is written computes the same at any size and says what it is; what is not says why."""

import json
import re

import pytest
import torch
from torch import nn

import vidpred
from vidpred import VidpredError
from vidpred.applications.export import Description, export_network
from vidpred.applications.export.checks import compare, references, smallest_side
from vidpred.applications.export.onnx_model import open_model
from vidpred.applications.export.traced_model import by_trace, traced_model
from vidpred.applications.export.tracing import prepare, trace
from vidpred.frames.pyramid import build_pyramid
from vidpred.generators import GENERATORS
from vidpred.motion.flow import warp
from vidpred.predictors import PREDICTORS, MultiScalePredictor

FACTS = {"num_context_frames": 3, "frame_channels": 3, "lead": 2}
IMAGES = {"latent_channels": 6, "frame_channels": 3, "height": 16, "width": 16, "num_classes": 3}
SMALL = {
    "width_multiplier": 0.1,
    "widths": [[20], [20]],
    "kernels": [[3, 3], [3, 3]],
    "num_scales": 2,
    "hidden_channels": 8,
    "num_blocks": 1,
    "num_components": 3,
    "history": 2,
}


@pytest.fixture(autouse=True)
def small_frames(monkeypatch):
    """Compare at two sizes of small frames."""
    monkeypatch.setattr("vidpred.applications.export.checks.SIZES", ((1, 24, 40), (3, 21, 35)))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "network.pt2"


def build(registry, name, facts):
    accepted = registry.signature(name)
    options = {option: value for option, value in SMALL.items() if option in accepted}
    if name != "multiscale":
        options.pop("widths", None)
    return registry.build(name, facts, **options)


def opened(path):
    """Return the metadata of a program of torch.export, and what computes it."""
    files = {"vidpred.json": ""}
    program = torch.export.load(path, extra_files=files)
    return json.loads(files["vidpred.json"]), program.module()


def traced(network):
    """Export a network to no file: return its description, the smallest side it takes, and the differences.

    Of what takes torch.export long, an ONNX model is made.
    """
    description = Description.of(network, "mine", "none")
    exportable = prepare(network, description)
    if by_trace(exportable):
        compute = open_model(traced_model(exportable).SerializeToString())
    else:
        compute = trace(exportable).module()
    side = smallest_side(exportable, compute)
    return description, side, compare(references(exportable, side), compute, "PyTorch", "mine")


class Predictor(nn.Module):
    """Predicts by a function of the last frame."""

    num_context_frames, lead = 2, 1

    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, context):
        return [self.function(context[:, -1:])]


@pytest.mark.parametrize("name", sorted(PREDICTORS))
def test_every_predictor_is_exported_with_free_sizes_or_says_why_not(name, path, monkeypatch):
    monkeypatch.setattr("vidpred.predictors.unet.WIDTHS", (20, 30))
    for radius in ("FAR", "NEAR"):
        monkeypatch.setattr(f"vidpred.predictors.learned_motion.{radius}", 1)  # fewer operations to trace
    predictor = build(PREDICTORS, name, FACTS).to(memory_format=torch.channels_last)  # as the trained ones are
    if reason := getattr(predictor, "not_exportable", ""):
        assert name in ("flow_pyramid", "motion_sampler", "optical_flow")
        with pytest.raises(VidpredError, match=f"^{name} cannot be exported, because {re.escape(reason)}.*simvp"):
            export_network(predictor, path, "torch", name=name)
        assert not path.exists()
        return
    if name == "learned_motion":
        pytest.importorskip("onnxscript")
        pytest.importorskip("onnxruntime")
    description, side, differences = traced(predictor)
    assert [difference.size for difference in differences] == ["24x40, batch 1", "21x35, batch 3", "1x1, batch 1"]
    assert max(difference.largest for difference in differences) < 1e-4
    assert (description.kind, description.lead, description.channels, side) == ("predictor", 2, 3, 1)


@pytest.mark.parametrize("name", sorted(GENERATORS))
def test_every_generator_is_exported_for_any_number_of_images(name):
    description, _, differences = traced(build(GENERATORS, name, IMAGES).to(memory_format=torch.channels_last))
    assert [difference.size for difference in differences] == ["batch 1", "batch 3"]
    assert max(difference.largest for difference in differences) < 1e-4
    assert (description.kind, description.latent_length, description.num_classes) == ("generator", 6, 3)


def test_a_file_says_what_it_takes_and_noise_is_an_input_of_what_samples(path):
    predictor = MultiScalePredictor(2, 2, num_scales=1, widths=[[4]], kernels=[[3, 3]], latent_channels=4).eval()
    found = export_network(predictor, path, "torch")
    assert str(found.description) == (
        "context (batch, 2, 2, height, width), noise (batch, 4) -> frame (batch, 1, 2, height, width)"
    )
    known, compute = opened(path)
    context, noise = torch.rand(3, 2, 2, 9, 8), torch.randn(3, 4)
    torch.testing.assert_close(compute(context, noise), predictor(context, noise)[-1], atol=1e-6, rtol=0)
    assert known == {
        "kind": "predictor",
        "name": "MultiScalePredictor",
        "network": "MultiScalePredictor",
        "weights": "not said",
        "channels": "2",
        "value_range": "-1 to 1",
        "latent_length": "4",
        "vidpred_version": vidpred.__version__,
        "context_frames": "2",
        "lead": "1",
        "smallest_side": "1",
    }


def test_warping_is_exported_with_free_sizes():
    def move(frames):
        flow = torch.stack([frames[:, 0, 0] + 2, 3 * frames[:, 0, 1]], dim=1)
        return warp(frames[:, 0], flow).unsqueeze(1)

    assert traced(Predictor(move))[1] == 1


def test_a_network_stays_as_it_is():
    predictor = PREDICTORS.build("unet", FACTS, width_multiplier=0.1).double().train()
    before = {name: value.clone() for name, value in predictor.state_dict().items()}
    prepare(predictor, Description.of(predictor, "unet", ""))
    assert predictor.training
    after = predictor.state_dict()
    assert all(value.dtype == torch.float64 and value.equal(after[name]) for name, value in before.items())
    assert all(weight.requires_grad for weight in predictor.parameters())


def test_a_file_that_exists_is_not_replaced_unasked(path):
    path.write_text("mine")
    with pytest.raises(VidpredError, match=r"network.pt2 exists"):
        export_network(PREDICTORS.build("copy_last"), path, "torch")
    assert path.read_text() == "mine"


@pytest.mark.parametrize(("form", "name"), [("onnx", "x.foo"), ("onnx", "x.pt2"), ("onnx", "x"), ("torch", "x.onnx")])
def test_an_ending_of_another_format_is_refused_by_those_that_are_accepted(tmp_path, form, name):
    with pytest.raises(VidpredError, match=r"x.* does not end in .*\(\.onnx for onnx, \.pt2 for torch\)"):
        export_network(PREDICTORS.build("copy_last"), tmp_path / name, form)
    assert not list(tmp_path.iterdir())


def linspace_grid(frames):
    return frames * torch.linspace(0, 1, frames.shape[-1])


def other_path_for_large_frames(frames):
    return frames / 2 if frames.shape[-1] > 38 else frames / 3


def through_numpy(frames):
    return torch.from_numpy(frames.numpy() / 2)


def never_the_same(frames):
    return torch.rand_like(frames)


def other_path_for_bright_frames(frames):
    return frames if frames.mean() > 0 else -frames


def too_large(frames):
    if frames.shape[-2] > 2:
        raise VidpredError("frames are too high for this")
    return frames


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (linspace_grid, r"turns the width of context into a constant \(96\)"),
        (other_path_for_large_frames, "PyTorch does not compute it at 21x35, batch 3 .* where the network itself does"),
        (other_path_for_bright_frames, "torch.export cannot follow its forward pass"),
        (through_numpy, "torch.export cannot follow its forward pass"),
        (never_the_same, "PyTorch differs from the network itself by .* at 24x40, batch 1, and at most 1e-04 is"),
        (too_large, "frames are too high for this"),
    ],
)
def test_what_cannot_be_exported_says_why_alone_and_leaves_no_file(function, reason, path, capsys):
    with pytest.raises(VidpredError, match=reason):
        export_network(Predictor(function), path, "torch", name="mine")
    assert [*path.parent.iterdir()] == []
    assert capsys.readouterr() == ("", "")


def test_what_is_no_module_is_refused(path):
    class Bare:
        num_context_frames, lead = 2, 1

    with pytest.raises(VidpredError, match=r"only a torch.nn.Module can be exported"):
        export_network(Bare(), path, "torch")


def test_a_predictor_that_returns_no_pyramid_is_refused(path):
    class Flat(Predictor):
        def forward(self, context):
            return context[:, -1]

    with pytest.raises(VidpredError, match=r"the predictor returned a tensor \(2, 3, 64, 96\).*return \[frame\]"):
        export_network(Flat(nn.Identity()), path, "torch")
    assert not path.exists()


def test_a_generator_of_noise_alone_is_exported_and_one_that_returns_no_images_is_refused(path):
    class OfNoise(nn.Module):
        latent_channels = 12

        def forward(self, noise):
            return [noise.tanh().view(-1, 1, 3, 2, 2)]

    class Flat(OfNoise):
        def forward(self, noise):
            return super().forward(noise)[0][:, 0]

    noise = torch.randn(5, 12)
    export_network(OfNoise(), path, "torch")
    torch.testing.assert_close(opened(path)[1](noise), OfNoise()(noise)[0][:, 0])
    with pytest.raises(VidpredError, match=r"the generator returned a tensor \(2, 3, 2, 2\).*return \[images\]"):
        export_network(Flat(), path, "torch", overwrite=True)


def test_sizes_that_a_network_refuses_are_refused_by_the_file_too(path):
    def picky(frames):
        if min(frames.shape[-2:]) < 6 or frames.shape[-1] % 2:
            raise VidpredError("frames must be 6 pixels high and wide, and of even width")
        return build_pyramid(frames, 1)[0]

    found = export_network(Predictor(picky), path, "torch")
    known, compute = opened(path)
    assert known["smallest_side"] == "8"
    sizes = ("24x40, batch 1", "21x35, batch 3", "8x8, batch 1")
    assert [(each.size, each.largest) for each in found.differences["PyTorch"]] == list(
        zip(sizes, (0, None, 0), strict=True)
    )
    assert found.table().endswith("frames must be 6 pixels high and wide, and of even width")
    assert "refused" in found.table().splitlines()[2]
    with pytest.raises(AssertionError):
        compute(torch.zeros(1, 2, 3, 21, 35))
    assert compute(torch.zeros(1, 2, 3, 7, 6)).shape == (1, 1, 3, 7, 6)
