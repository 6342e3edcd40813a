"""What a GPU computes agrees with the CPU, and waits for nothing; for machines that have one."""

from functools import partial

import numpy as np
import pytest
import torch
from material import TINY, draw_video, save_checkpoint

from vidpred import load_predictor, predict_video
from vidpred.generators.sampling import draw_noise
from vidpred.machine.engine import Engine
from vidpred.nn.latent import draw_latents
from vidpred.predictors.rollout.rollout import frames_of_use, rollout
from vidpred.runs.build import build_trainer
from vidpred.runs.load import load_generator
from vidpred.runs.networks import build_task
from vidpred.runs.train import resume_run, start_run

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device")
# Convolutions in float32 are computed in TF32 on a GPU, which has 10 bits after the point, and in bfloat16 by default.
CLOSE = {"atol": 2e-2, "rtol": 0}  # of values in [-1, 1]: 2.5 of 255 levels
LEVELS = 4  # of 255, after a rollout in bfloat16


@pytest.mark.parametrize("network", [TINY, {**TINY, "latent_channels": 3}, {"name": "unet", "width_multiplier": 0.2}])
def test_a_rollout_of_what_is_on_the_cpu_comes_back_to_it_and_agrees(tmp_path, network):
    path = save_checkpoint(tmp_path / "run.safetensors", network=network)
    context = torch.rand(2, 4, 3, 32, 40) * 2 - 1
    samples = {"num_samples": 2, "seed": 5} if "latent_channels" in network else {}
    with torch.inference_mode():
        here, there = (rollout(load_predictor(path, device), context, 3, **samples) for device in ("cpu", "cuda"))
    assert there.device.type == "cpu"
    torch.testing.assert_close(there, here, **CLOSE)


def test_the_shipped_predictor_agrees(tmp_path):
    video = draw_video(tmp_path / "clip.mp4", num_frames=12, height=96, width=128)
    here, there = (predict_video(video, load_predictor(device=device), horizon=2).future for device in ("cpu", "cuda"))
    assert frames_of_use(load_predictor(device="cuda")) > 3
    assert np.abs(here.astype(int) - there).mean() < 1
    assert np.percentile(np.abs(here.astype(int) - there), 99) <= LEVELS


def test_noise_of_a_seed_is_drawn_on_the_cpu():
    assert next(draw_latents(4, 0, 0)).device.type == draw_noise(4, 2, 0).device.type == "cpu"


@pytest.mark.parametrize(
    "settings",
    [
        [],
        ["generator.optimizer=sgd", "adversary.optimizer=sgd", "generator.momentum=0.9"],
        ["objective.game=relativistic", "objective.penalties={r1: 1, r2: 1}", "discriminator=convolutional"],
        ["objective.augmentation.policy=[colour]", "objective.augmentation.target_accuracy=0.8", "train.ema_decay=0.9"],
    ],
    ids=str,
)
def test_a_step_waits_for_nothing(small_config, settings):
    config = small_config(*settings)
    task = build_task(config)
    facts = {**task.facts, "frame_channels": 3, "height": 16, "width": 16}
    trainer = build_trainer(config, task, facts, Engine("cuda", "auto"))
    clips = torch.rand(4 * trainer.rounds, task.clip_length, 3, 16, 16, device="cuda") * 2 - 1
    for _ in range(5):
        trainer.step(clips)
    torch.cuda.set_sync_debug_mode("error")
    try:
        trainer.step(clips)
    finally:
        torch.cuda.set_sync_debug_mode("default")


def test_a_run_learns_as_on_the_cpu_and_either_goes_on_with_the_others_state(small_config, tmp_path):
    config = partial(small_config, "log.metrics_every=1", "train.steps=6", "data.resolution=32")
    for device, other in (("cpu", "cuda"), ("cuda", "cpu")):
        folder = start_run(config(), tmp_path / device, device).folder
        assert resume_run(folder, other, steps=8).outcome.step == 8
    weights = [load_predictor(tmp_path / device, "cpu").state_dict() for device in ("cpu", "cuda")]
    for name, here in weights[0].items():
        torch.testing.assert_close(weights[1][name], here, atol=2e-2, rtol=0)


def test_images_of_a_seed_are_the_same(tmp_path):
    from material import draw_images

    from vidpred import sample
    from vidpred.runs.settings import load_config
    from vidpred.runs.settings.files import find_presets

    draw_images(tmp_path / "images")
    tiny = ["data.resolution=16", "network.hidden_channels=8", "discriminator.hidden_channels=8", "train.batch_size=4"]
    config = load_config(find_presets()["r3_tiny"], [*tiny, "train.steps=2", f"data.cache={tmp_path / 'cache'}"])
    run = start_run(config.on_data(tmp_path / "images"), tmp_path / "run", "cuda").folder
    here, there = (sample(load_generator(run, device), 4, seed=3).cpu() for device in ("cpu", "cuda"))
    torch.testing.assert_close(there, here, **CLOSE)
