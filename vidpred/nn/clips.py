"""Clips at every scale: refused where a discriminator does not take them."""

from torch import Tensor

from vidpred.errors import VidpredError
from vidpred.wording import counted

AXES = 5  # of clips (B, T, C, h, w)


def require_pyramid(
    discriminator: object,
    clips: object,
    channels: int,
    num_scales: int | None = None,
    size: tuple[int, int] | None = None,
) -> None:
    """Refuse what is no list of clips that ``discriminator`` takes.

    Args:
        discriminator: that it is given to.
        clips: what is given.
        channels: frames per clip times colour channels, as the discriminator was built for.
        num_scales: how many levels; where it is None, any, of which the finest counts.
        size: height and width of the finest level, where the discriminator takes no other.

    Raises:
        VidpredError: it is none.
    """
    name = type(discriminator).__name__
    if not isinstance(clips, list | tuple) or not clips or not all(_are_clips(level) for level in clips):
        raise VidpredError(
            f"{name} was given {_in_words(clips)}, but a list of clips (B, T, C, h, w) of floats is needed, coarse to "
            "fine; vidpred.frames.pyramid.build_pyramid makes one, or [clips] where there is one scale"
        )
    if num_scales is not None and len(clips) != num_scales:
        raise VidpredError(
            f"{name} was given clips at {counted(len(clips), 'scale')}, but was built for {num_scales}; give it as "
            f"many, or build it with num_scales={len(clips)}"
        )
    finest = clips[-1].shape
    if any(level.shape[1] * level.shape[2] != channels for level in clips) or (size and finest[-2:] != size):
        raise VidpredError(
            f"{name} was given clips {tuple(finest)}, but was built for {counted(channels, 'channel')}, over all "
            "frames of a clip"
            f"{f', of {size[0]} x {size[1]} pixels' if size else ''}; give it such, or build it for these"
        )


def _are_clips(level: object) -> bool:
    return isinstance(level, Tensor) and level.ndim == AXES and level.is_floating_point()


def _in_words(given: object) -> str:
    if isinstance(given, Tensor):
        return f"a tensor {tuple(given.shape)} of {given.dtype}"
    if isinstance(given, list | tuple):
        return f"a {type(given).__name__} of {', '.join(map(_in_words, given)) or 'nothing'}"
    return f"an object of the class {type(given).__name__}"
