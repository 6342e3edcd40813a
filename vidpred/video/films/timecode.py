"""Carries the timecode of a film over to another file: the hour, minute, second and frame that its first frame has."""

import re
from fractions import Fraction

from av.container import InputContainer, OutputContainer
from av.video.stream import VideoStream

from vidpred.video.decoding.description import exact

TAG = "timecode"
TIMECODE = re.compile(r"(?P<second>\d\d:\d\d:\d\d)(?P<mark>[:;.])(?P<frame>\d\d+)")
WHOLE_RATES = (24, 25, 30, 48, 50, 60, 100, 120)  # frames per second that timecodes count
RATES = {Fraction(rate * 1000, divisor) for rate in WHOLE_RATES for divisor in (1000, 1001)}
DROPPING = 30  # of whose multiples timecodes may leave numbers out


def keep_timecode(
    container: InputContainer, original: VideoStream, film: OutputContainer, written: VideoStream, times: int
) -> set[int]:
    """Give a film that is written the timecode of its source, if its rate allows; return the tracks that hold it.

    Args:
        container: of the source.
        original: its pictures.
        film: that is written; all its tags are there already.
        written: its pictures, whose rate is that of the film.
        times: how many times as many frames per second it has as the source.
    """
    film.metadata.pop(TAG, None)  # which is counted in frames of the source, and may be none of this rate
    tracks = {stream.index: stream for stream in container.streams.data if TAG in _tags(stream.metadata)}
    stated = [original.metadata, *(stream.metadata for stream in tracks.values()), container.metadata]
    code = next((tags[TAG] for tags in map(_tags, stated) if TAG in tags), "")
    found, rate = TIMECODE.fullmatch(code), exact(written.codec_context.framerate) or 0
    if not found or rate not in RATES or (found["mark"] != ":" and round(rate) % DROPPING):
        return set()
    written.metadata[TAG] = f"{found['second']}{found['mark']}{int(found['frame']) * times:02}"
    return set(tracks)


def _tags(metadata: dict[str, str]) -> dict[str, str]:
    return {key.lower(): text for key, text in metadata.items()}
