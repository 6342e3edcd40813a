"""Carries over to another film which light its HDR was made for: the display that it was mastered on, and its peaks."""

import struct

from av.video.frame import VideoFrame

from vidpred.video.decoding.convert import side_data

MASTERING = struct.Struct("=20i2i")  # AVMasteringDisplayMetadata: x and y of red, green, blue and white, least, most
CONTENT = struct.Struct("=2I")  # AVContentLightMetadata: cd/m2 of the brightest pixel, and of the brightest frame
COLOUR_STEPS, LIGHT_STEPS = 50_000, 10_000  # per unit of CIE 1931 x and y, and per cd/m2, as H.264 writes them
CHANGING = {  # what H.264 as it is written here does not hold, by PyAV's names
    "DYNAMIC_HDR_PLUS": "HDR10+",
    "DYNAMIC_HDR_VIVID": "HDR Vivid",
    "DOVI_METADATA": "Dolby Vision",
    "DOVI_RPU_BUFFER": "Dolby Vision",
}


def light_settings(frame: VideoFrame) -> tuple[str, ...]:
    """Return x264's settings that say of a film which light a frame of it says it was made for; none where it does not.

    Args:
        frame: the first of the film.
    """
    mastering, content = side_data(frame, "MASTERING_DISPLAY_METADATA"), side_data(frame, "CONTENT_LIGHT_LEVEL")
    settings = [_display(mastering)] if mastering and len(mastering) == MASTERING.size else []
    if content and len(content) >= CONTENT.size:
        settings.append("cll={},{}".format(*CONTENT.unpack_from(content)))
    return tuple(setting for setting in settings if setting)


def lost_light(frame: VideoFrame) -> str:
    """Return the names of what a frame says of its light that is not carried over; empty where there is nothing."""
    return ", ".join(sorted({name for kind, name in CHANGING.items() if side_data(frame, kind)}))


def _display(mastering: bytes) -> str:
    """Return x264's setting of the display that a film was mastered on; empty where it is not wholly stated."""
    *numbers, has_colours, has_light = MASTERING.unpack(mastering)
    fractions = list(zip(numbers[::2], numbers[1::2], strict=True))
    if not has_colours or not has_light or not all(below for _, below in fractions):
        return ""
    colours = [round(above * COLOUR_STEPS / below) for above, below in fractions[:8]]
    least, most = (round(above * LIGHT_STEPS / below) for above, below in fractions[8:])
    red, green, blue, white = (f"({x},{y})" for x, y in zip(colours[::2], colours[1::2], strict=True))
    return f"mastering-display=G{green}B{blue}R{red}WP{white}L({most},{least})"
