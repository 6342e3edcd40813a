"""Opens what is looked at live: a camera, an address, a video file that is fed at its own rate, or standard input."""

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.container import InputContainer

from vidpred.errors import VidpredError
from vidpred.machine.opencv import import_opencv
from vidpred.video.addresses import address_in
from vidpred.video.decoding.container import CONTAINERS, OTHER_BYTES, frames_of
from vidpred.video.decoding.convert import FrameConverter, HeldTurn
from vidpred.video.decoding.description import exact, pixel_shape
from vidpred.video.sources import decode, probe

USUAL_RATE = Fraction(25)
FASTEST = 1000
PATIENCE = 10.0  # seconds, for which an address may keep silent
NETWORK = "rtsp,rtsps,rtp,rtmp,srt,udp,tcp,tls,http,https,crypto"  # protocols; none of them opens a file
STREAMS = (*CONTAINERS, "rtsp", "rtp", "sdp", "mpjpeg", "hls", "live_flv")  # what comes over a network
SECRET = re.compile(r"//[^/@]*@")


@dataclass(frozen=True)
class LiveSource:
    """A source of frames.

    Args:
        frames: 8-bit (H, W, 3), of one size.
        frame_rate: frames per second, as it says, or as is usual.
        is_paced: whether frames can be had before their time, as those of a file, and are to be held back until then.
        close: lets go of it.
    """

    frames: Iterator[np.ndarray]
    frame_rate: Fraction
    is_paced: bool
    close: Callable[[], None]


def open_live(word: str) -> LiveSource:
    """Open what a word means.

    Args:
        word: the number of a camera, an address such as rtsp://host/stream, a video's path, or - for standard input.

    Raises:
        VidpredError: it cannot be opened.
    """
    if word.isdecimal() and not Path(word).exists():
        return _camera(int(word))
    if word == "-" and sys.stdin.isatty():
        raise VidpredError("standard input is the keyboard; pipe a video into it, as in cat film.mp4 | vidpred live -")
    if word == "-":
        options = {"format_whitelist": ",".join((*CONTAINERS, "jpeg_pipe"))}  # pictures one after another
        return _stream(sys.stdin.buffer, "standard input", options, is_paced=True)
    if address := address_in(word):
        options = {"protocol_whitelist": NETWORK, "format_whitelist": ",".join(STREAMS)}
        if address.startswith("rtsp"):
            options["rtsp_transport"] = "tcp"
        return _stream(address, SECRET.sub("//...@", address), options, is_paced=False)
    info = probe(Path(word))
    return LiveSource(decode(Path(word)), info.frame_rate, True, lambda: None)


def _camera(number: int) -> LiveSource:
    cv2 = import_opencv("a camera")
    with suppress(AttributeError):
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    camera = cv2.VideoCapture(number)
    if not camera.isOpened():
        raise VidpredError(
            f"camera {number} cannot be opened; cameras are counted from 0: name another, or end what else uses it"
        )
    camera.set(cv2.CAP_PROP_BUFFERSIZE, 1)  # the newest picture is wanted
    rate = camera.get(cv2.CAP_PROP_FPS)

    def frames() -> Iterator[np.ndarray]:
        while True:
            there, frame = camera.read()
            if not there:
                return
            yield cv2.cvtColor(frame, cv2.COLOR_BGR2RGB)

    return LiveSource(frames(), _plausible(Fraction(rate).limit_denominator(1001)), False, camera.release)


def _stream(opened_from: Any, name: str, options: dict[str, str], is_paced: bool) -> LiveSource:
    try:
        container = av.open(opened_from, options=options, timeout=None if is_paced else PATIENCE, **OTHER_BYTES)
        stream = next(iter(container.streams.video), None)
    except (av.error.FFmpegError, OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise VidpredError(f"{name} cannot be read as a video ({reason}); check that a player shows it") from None
    if stream is None:
        raise VidpredError(f"{name} holds no moving picture; give a source with a video track")
    rate = exact(stream.average_rate) or exact(stream.guessed_rate) or USUAL_RATE
    is_file = container.duration is not None and not name.startswith("rtsp")  # which comes faster than it is shown
    return LiveSource(_decoded(container, name), _plausible(rate), is_paced or is_file, lambda: None)


def _decoded(container: InputContainer, name: str) -> Iterator[np.ndarray]:
    stream = container.streams.video[0]
    stream.codec_context.thread_count = 1  # more of them hold frames back
    convert, turn = FrameConverter(pixel_shape(stream)), HeldTurn(stream)
    try:
        with container:
            for frame in frames_of(container, stream):
                yield convert(turn.marked(frame))
    except av.error.EOFError:
        return
    except (av.error.FFmpegError, OSError) as error:
        raise VidpredError(f"{name} broke off ({getattr(error, 'strerror', None) or error}); open it again") from None


def _plausible(rate: Fraction) -> Fraction:
    return rate if 0 < rate <= FASTEST else USUAL_RATE
