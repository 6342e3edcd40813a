"""Times a training step of DCGAN here beside that of PyTorch's own example, and prints a Markdown table of ratios.

    python scripts/benchmark_gan_throughput.py --threads 1 --rounds 12

The example is the loop of https://github.com/pytorch/examples/tree/main/dcgan, written anew from its settings: images
of 64 x 64, batches of 64, 100 normal numbers of noise, kernels of 4 x 4, 64 to 512 channels in both networks without
biases, batch normalisation, Adam at 0.0002 with 0.5 and 0.999, binary cross-entropy; real and fake images in batches
of their own, every loss read after each step. vidpred's trainer plays the same game with networks as wide. Every
round takes one step of each way, in turning order, on the same images, with the same threads and number format:
whatever else the machine does falls on all alike. A ratio is that of one round, above 1 where vidpred is faster; the
table has its median and quartiles. Processor time is that of all threads, which on a busy machine says more than the
clock.
"""

import argparse
import os
import platform
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from vidpred.machine.engine import Engine
from vidpred.runs.build import build_trainer
from vidpred.runs.networks import build_task
from vidpred.runs.settings import load_config

SIDE, NOISE, WIDTH, LR, BETAS = 64, 100, 64, 2e-4, (0.5, 0.999)
SETTINGS = (
    "network.hidden_channels=64",
    "network.kernel=4",
    "network.uniform_latent=false",
    "discriminator.hidden_channels=64",
    "discriminator.kernel=4",
    "generator.weight_decay=0",
    "adversary.weight_decay=0",
    f"data.resolution={SIDE}",
)
Step = Callable[[Tensor], None]  # on images (B, 3, 64, 64)


def example_generator() -> nn.Module:
    """Build the example's generator: noise (B, 100, 1, 1) to images."""
    layers: list[nn.Module] = [nn.ConvTranspose2d(NOISE, 8 * WIDTH, 4, bias=False)]
    for channels in (8, 4, 2):
        layers += [nn.BatchNorm2d(channels * WIDTH), nn.ReLU(inplace=True)]
        layers += [nn.ConvTranspose2d(channels * WIDTH, channels * WIDTH // 2, 4, 2, 1, bias=False)]
    layers += [nn.BatchNorm2d(WIDTH), nn.ReLU(inplace=True), nn.ConvTranspose2d(WIDTH, 3, 4, 2, 1, bias=False)]
    return nn.Sequential(*layers, nn.Tanh())


def example_discriminator() -> nn.Module:
    """Build the example's discriminator: images to probabilities."""
    layers: list[nn.Module] = [nn.Conv2d(3, WIDTH, 4, 2, 1, bias=False), nn.LeakyReLU(0.2, inplace=True)]
    for channels in (1, 2, 4):
        layers += [nn.Conv2d(channels * WIDTH, 2 * channels * WIDTH, 4, 2, 1, bias=False)]
        layers += [nn.BatchNorm2d(2 * channels * WIDTH), nn.LeakyReLU(0.2, inplace=True)]
    return nn.Sequential(*layers, nn.Conv2d(8 * WIDTH, 1, 4, bias=False), nn.Sigmoid(), nn.Flatten(0))


def example_step(engine: Engine) -> Step:
    """Return the example's step, its networks placed as ``engine`` places them."""
    generator, discriminator = engine.place(example_generator()), engine.place(example_discriminator())
    for layer in (*generator.modules(), *discriminator.modules()):
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d | nn.BatchNorm2d):
            nn.init.normal_(layer.weight, 1.0 if isinstance(layer, nn.BatchNorm2d) else 0.0, 0.02)
    rules = [torch.optim.Adam(network.parameters(), LR, betas=BETAS) for network in (discriminator, generator)]

    def pay(images: Tensor, are_real: bool) -> Tensor:
        with engine.autocast():
            said = discriminator(images)
        return nn.functional.binary_cross_entropy(said.float(), torch.full_like(said, are_real, dtype=torch.float32))

    def step(images: Tensor) -> None:
        discriminator.zero_grad()
        on_real = pay(images, True)
        on_real.backward()
        with engine.autocast():
            fake = generator(torch.randn(len(images), NOISE, 1, 1, device=images.device))
        on_fake = pay(fake.detach(), False)
        on_fake.backward()
        rules[0].step()
        generator.zero_grad()
        fooling = pay(fake, True)
        fooling.backward()
        rules[1].step()
        (on_real + on_fake).item(), fooling.item()

    return step


def vidpred_step(engine: Engine) -> Step:
    """Return the step of vidpred's trainer, reading all that it tells."""
    config = load_config(Path("dcgan"), SETTINGS)
    task = build_task(config)
    facts = {**task.facts, "height": SIDE, "width": SIDE, "frame_channels": 3}
    trainer = build_trainer(config, task, facts, engine)

    def step(images: Tensor) -> None:
        torch.stack([value.float() for value in trainer.step(images[:, None]).values()]).tolist()

    return step


@dataclass
class Timing:
    """Seconds of every step of one way, by the clock and of the processor."""

    step: Step
    wall: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    def take(self, images: Tensor, counts: bool) -> None:
        """Take one step."""
        wall, processor = time.perf_counter(), time.process_time()
        self.step(images)
        if counts:
            self.wall.append(time.perf_counter() - wall)
            self.processor.append(time.process_time() - processor)


def main() -> None:
    """Time all ways, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=12, help="that count, after --warm-up others")
    parser.add_argument("--warm-up", type=int, default=2)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--threads", type=int, help="of torch; all cores by default")
    parser.add_argument("--precision", default="fp32", choices=("fp32", "bf16"))
    parser.add_argument("--device", default="auto")
    arguments = parser.parse_args()
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    torch.manual_seed(0)
    plain, engine = (
        Engine(arguments.device, arguments.precision, channels_last=channels_last) for channels_last in (False, True)
    )
    ways = {
        "example as it is": Timing(example_step(plain)),
        "example, channels last": Timing(example_step(engine)),
        "vidpred, channels first": Timing(vidpred_step(plain)),
        "vidpred": Timing(vidpred_step(engine)),
    }
    images = torch.rand(arguments.batch_size, 3, SIDE, SIDE, device=engine.device) * 2 - 1
    names = list(ways)
    for number in range(arguments.warm_up + arguments.rounds):
        for name in names[number % len(names) :] + names[: number % len(names)]:
            ways[name].take(images, counts=number >= arguments.warm_up)
    print(f"{_machine(engine)}; {arguments.rounds} steps of {arguments.batch_size} images each\n")
    _print_table(ways, arguments.batch_size)


def _print_table(ways: Mapping[str, Timing], batch_size: int) -> None:
    print("| | images/s | ms per step | ratio to the example | processor | ratio to it, channels last | processor |")
    print("|---|---|---|---|---|---|---|")
    plain, other, *_ = ways.values()
    for name, timing in ways.items():
        wall = float(np.median(timing.wall))
        cells = [
            name,
            f"{batch_size / wall:.1f}",
            f"{1e3 * wall:.0f}",
            _ratio(plain.wall, timing.wall),
            _ratio(plain.processor, timing.processor),
            _ratio(other.wall, timing.wall),
            _ratio(other.processor, timing.processor),
        ]
        print(f"| {' | '.join(cells)} |")


def _ratio(theirs: list[float], ours: list[float]) -> str:
    """Say by how much ``ours`` are shorter: the median of the rounds, and between which values half of them lie."""
    lower, middle, upper = np.quantile(np.divide(theirs, ours), (0.25, 0.5, 0.75))
    return f"{middle:.2f} [{lower:.2f}, {upper:.2f}]"


def _machine(engine: Engine) -> str:
    load = f", load average {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    device = torch.cuda.get_device_name(engine.device) if engine.device.type == "cuda" else platform.machine()
    cores = f"{os.cpu_count()} cores, {torch.get_num_threads()} threads{load}"
    return f"{device}, {cores}, torch {torch.__version__}, {engine.precision}"


if __name__ == "__main__":
    main()
