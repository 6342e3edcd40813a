"""The method of Mathieu, Couprie and LeCun (2016) in one file: it learns in a minute or two how drawn shapes move on.

    python scripts/example.py    # draws example.png: four frames that were seen | what came next | what was predicted

A generator G sees four frames X and predicts the next, Y, coarse to fine: at every scale k it corrects the coarser
prediction, enlarged by u. The mean of all futures has the least squared error, and is a blur. So two losses ask for
more: edges as strong as the true ones, and frames that a discriminator D, which learns too, takes for true:

    Y'_k  = tanh(u(Y'_{k-1}) + G_k(X_k, u(Y'_{k-1})))
    L_gdl = sum_k mean ||grad Y_k| - |grad Y'_k||
    L_adv = sum_k -log s(D_k(X_k, Y'_k))                                    s is the sigmoid
    L_G   = sum_k mean |Y_k - Y'_k| + L_gdl + 0.05 L_adv
    L_D   = sum_k -log s(D_k(X_k, Y_k)) - log(1 - s(D_k(X_k, Y'_k)))
"""

import argparse
from itertools import pairwise

import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn.functional import adaptive_avg_pool2d, interpolate, pad

from vidpred.losses import NON_SATURATING, gradient_difference, l1

CONTEXT, SCALES = 4, (4, 8, 16, 32)  # frames that are seen; pixels of a frame's side, coarse to fine


def draw_clips(number: int, side: int = SCALES[-1]) -> Tensor:
    """Draw clips (B, T, H, W) in [-1, 1] of two shapes each, discs or squares, that move at speeds of their own."""
    size, grey, kind = torch.rand(3, number, 2, 1, 1, 1)
    start, speed = torch.rand(2, number, 2, 1, 2)
    path = side * (0.2 + 0.6 * start) + (4 * speed - 2) * torch.arange(CONTEXT + 1)[:, None]  # (B, 2, T, down | across)
    apart = (torch.arange(side) + 0.5 - path[..., None]).abs()  # of pixels and centres, (B, 2, T, down | across, side)
    down, across = apart[..., 0, :, None], apart[..., 1, None, :]
    away = torch.where(kind < 0.5, torch.hypot(down, across), torch.maximum(down, across))  # (B, 2, T, H, W)
    return torch.amax((3.5 + 3 * size - away).clamp(0, 1) * (0.6 + 1.2 * grey) - 0.8, dim=1)  # the brighter is in front


def convolutions(*channels: int, stride: int = 1) -> nn.Sequential:
    """Stack 3 x 3 convolutions, with a rectifier between any two."""
    layers = [layer for pair in pairwise(channels) for layer in (nn.Conv2d(*pair, 3, stride, 1), nn.LeakyReLU(0.2))]
    return nn.Sequential(*layers[:-1])


def at_every_scale(frames: Tensor) -> list[Tensor]:
    """Average frames (B, C, H, W) down to (B, C, h, w) at every scale, coarse to fine."""
    return [adaptive_avg_pool2d(frames, side) for side in SCALES]


def predict(generator: nn.ModuleList, context: Tensor) -> list[Tensor]:
    """Predict what follows a context (B, CONTEXT, H, W): the next frame at every scale, (B, 1, h, w) each."""
    predictions = [torch.zeros(len(context), 1, 1, 1)]
    for network, seen in zip(generator, at_every_scale(context), strict=True):
        guess = interpolate(predictions[-1], seen.shape[-2:])  # every pixel of the coarser scale, doubled
        predictions.append(torch.tanh(guess + network(torch.cat([seen, guess], dim=1))))  # sees (B, CONTEXT + 1, h, w)
    return predictions[1:]


def judge(discriminator: nn.ModuleList, context: Tensor, frames: list[Tensor]) -> list[Tensor]:
    """Judge at every scale whether that frame follows the context: a logit per patch, (B, 1, h / 8, w / 8) each."""
    scales = zip(discriminator, at_every_scale(context), frames, strict=True)
    return [network(torch.cat(clip, dim=1)) for network, *clip in scales]


def train(steps: int) -> nn.ModuleList:
    """Let a generator and a discriminator learn in turns, and return the generator."""
    generator = nn.ModuleList(convolutions(CONTEXT + 1, 24, 48, 24, 1) for _ in SCALES)
    discriminator = nn.ModuleList(convolutions(CONTEXT + 1, 32, 64, 1, stride=2) for _ in SCALES)
    ours, theirs = (torch.optim.Adam(each.parameters(), 5e-4) for each in (generator, discriminator))
    schedule, zero = torch.optim.lr_scheduler.OneCycleLR(ours, 3e-3, steps), torch.zeros(())
    for step in range(steps):
        context, target = draw_clips(8).split([CONTEXT, 1], dim=1)
        truth, prediction = at_every_scale(target), predict(generator, context)
        real, fake = (judge(discriminator, context, each) for each in (truth, [frame.detach() for frame in prediction]))
        theirs.zero_grad()
        sum(map(NON_SATURATING.discriminator, real, fake), zero).backward()
        theirs.step()
        pixels, edges = (sum(map(loss, prediction, truth), zero) for loss in (l1, gradient_difference))
        fooling = sum(map(NON_SATURATING.generator, real, judge(discriminator, context, prediction)), zero)
        ours.zero_grad()
        (pixels + edges + 0.05 * fooling).backward()
        ours.step()
        schedule.step()
        if step % 100 == 0 or step == steps - 1:
            print(f"step {step}: l1 {pixels.item():.3f}, gdl {edges.item():.3f}, adv {fooling.item():.3f}")
    return generator


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=1000)
    torch.manual_seed(0)
    generator = train(parser.parse_args().steps)
    context, target = draw_clips(100).split([CONTEXT, 1], dim=1)
    frame, last = predict(generator, context)[-1].detach(), context[:, -1:]
    tiles = pad(interpolate(torch.cat([context, target, frame], dim=1)[:8], scale_factor=3), (2, 2, 2, 2), value=1)
    picture = 127.5 + 127.5 * torch.cat([*tiles.transpose(0, 1)], dim=2).flatten(0, 1)  # (8 H, (CONTEXT + 2) W)
    Image.fromarray(picture.byte().numpy()).save("example.png")
    print(f"wrote example.png; absolute error {l1(frame, target):.4f}, of the last frame again {l1(last, target):.4f}")
