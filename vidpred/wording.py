"""How sentences for people say how many there are of something."""


def counted(number: float, noun: str) -> str:
    """Return "1 clip", "1,200 clips" or "0.5 minutes": so many of what a regular noun names."""
    amount = f"{number:,}" if isinstance(number, int) else f"{number:g}"
    return f"{amount} {noun}" if number == 1 else f"{amount} {noun}s"


def clip_or_image(clip_length: int) -> str:
    """Return what people call a clip of so many frames, in the singular."""
    return "image" if clip_length == 1 else "clip"


def percent(share: float) -> str:
    """Return "5%", "0.25%" or "0.001%": a share in percent, by three digits at most."""
    return f"{float(f'{100 * share:.3g}'):.12g}%"


def counted_clips(clips: int, videos: int) -> str:
    """Return "1 clip of 1 video", "40 clips of 20 videos"."""
    return f"{counted(clips, 'clip')} of {counted(videos, 'video')}"
