"""Finds a code for sound that a container takes, since the lists of codes that FFmpeg keeps promise too much."""

from collections.abc import Iterator
from io import BytesIO
from typing import NamedTuple, cast

import av
from av.audio.codeccontext import AudioCodecContext
from av.audio.format import AudioFormat
from av.audio.stream import AudioStream
from av.codec import Codec
from av.container import OutputContainer

from vidpred.errors import VidpredError

LOSSLESS = ("flac", "alac")  # are encoded anew as themselves or as the other, where they cannot be copied
OTHERWISE = "aac"
STEREO = "stereo"  # that every encoder takes
USUAL_LAYOUTS = {1: "mono", 2: STEREO, 3: "2.1", 4: "4.0", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}  # if left open
LEFT_OPEN = "channels"  # ends the name of a layout that only says how many there are


class Code(NamedTuple):
    """How a track is encoded anew: by which encoder, how many samples a second, as what, and for which loudspeakers."""

    name: str
    rate: int
    kind: AudioFormat
    layout: str
    changes: str  # of the sound itself, in words

    def set_up(self, encoder: AudioCodecContext) -> None:
        """Open an encoder.

        Raises:
            av.error.FFmpegError: it does not take that.
        """
        encoder.format, encoder.layout = self.kind, self.layout
        encoder.open()


def takes(film: OutputContainer, track: AudioStream | Code) -> bool:
    """Return whether the container of a film takes a track; the lists of codes that FFmpeg keeps promise too much."""
    try:
        with av.open(BytesIO(), "w", format=film.format.name) as trial:
            if isinstance(track, Code):
                track.set_up(cast(AudioStream, trial.add_stream(track.name, rate=track.rate)).codec_context)
            else:
                trial.add_stream_from_template(track)
            trial.start_encoding()
    except (av.error.FFmpegError, ValueError):
        return False
    return True


def code_anew(film: OutputContainer, original: AudioCodecContext) -> Code:
    """Return the code that changes a track least, of those that the container of a film takes.

    Raises:
        VidpredError: there is none.
    """
    code = next((code for code in _codes(original) if takes(film, code)), None)
    if code is None:
        what = f"{original.codec.canonical_name}, {original.layout.name}, {original.sample_rate} Hz"
        raise VidpredError(
            f"the film's sound ({what}) can neither be copied to a file of the kind {film.format.name} nor be encoded "
            "anew for it; choose another ending, such as .mkv, or take the sound out of the film first"
        )
    return code


def _codes(original: AudioCodecContext) -> Iterator[Code]:
    """Yield the codes that a track may be encoded anew in, the best first."""
    own, rate, layout = original.codec.canonical_name, original.sample_rate, original.layout.name
    if layout.endswith(LEFT_OPEN):
        layout = USUAL_LAYOUTS.get(len(original.layout.channels), layout)
    names = dict.fromkeys((own, *LOSSLESS, OTHERWISE) if own in LOSSLESS else (OTHERWISE,))
    for spread in dict.fromkeys((layout, STEREO)):
        for name in names:
            encoder = Codec(name, "w")
            taken = min(encoder.audio_rates or [rate], key=lambda one: (one < rate, abs(one - rate)))
            kinds = encoder.audio_formats or [original.format]
            kind = next((kind for kind in kinds if kind.packed.name == original.format.packed.name), kinds[0])
            changes = [f" at {taken} Hz"] * (taken != rate) + [f" in {STEREO}"] * (spread != layout)
            yield Code(name, taken, kind, spread, "".join(changes))
