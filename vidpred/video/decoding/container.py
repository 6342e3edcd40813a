"""Opens a video file with FFmpeg and chooses the moving picture in it."""

import errno
import math
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any

import av
from av.codec.context import Flags
from av.container import InputContainer
from av.packet import Packet
from av.stream import Disposition, Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from vidpred.errors import VidpredError, note
from vidpred.machine.files import not_there
from vidpred.video.addresses import require_no_address
from vidpred.video.decoding.joined import say_if_joined
from vidpred.video.pictures.kinds import is_animated_webp, kind_of_picture, webp_size

LARGE_FRAME = 640 * 360  # pixels, from which a second decoding thread pays
LARGEST_FRAME = 2**26  # pixels, twice those of 8K; what states more is damaged, or made to fill the memory
CONTAINERS = (  # that hold their frames themselves: playlists and scripts, which open other files, are not among them
    *("3dostr", "amv", "apng", "asf", "avi", "av1", "avs2", "avs3", "cavsvideo", "dhav", "dirac", "dnxhd", "dv", "dxa"),
    *("evc", "flic", "flv", "gif", "gxf", "h261", "h263", "h264", "hevc", "ifv", "ivf", "ivr", "jpegxl_anim", "kux"),
    *("m4v", "matroska,webm", "mjpeg", "mjpeg_2000", "mlv", "mov,mp4,m4a,3gp,3g2,mj2", "mpeg", "mpegts", "mpegvideo"),
    *("mxf", "nsv", "nut", "nuv", "obu", "ogg", "pva", "r3d", "rm", "smjpeg", "ty", "vc1", "vc1test", "vivo", "vvc"),
    *("wtv", "xmv", "yuv4mpegpipe"),
)
MOTION_JPEG = (".mjpeg", ".mjpg")  # pictures one after another, which FFmpeg may take for a picture by their content
KEEPS_BYTES = 19  # version of PyAV from which it keeps bytes of tags that are no UTF-8, and cannot be told otherwise
OTHER_BYTES: dict[str, Any] = {} if int(av.__version__.split(".")[0]) >= KEEPS_BYTES else {"metadata_errors": "replace"}
STILL = Disposition.attached_pic | Disposition.timed_thumbnails | Disposition.still_image
PREVIEW = 10  # a smaller track with so many times fewer frames than another previews it; of one frame, a thumbnail
TRANSPORT_STREAM = "mpegts"  # FFmpeg's name of it
HALF_A_WRAP = {TRANSPORT_STREAM: 2**32 / 90_000, "flv": 2**31 / 1000}  # seconds; FFmpeg takes longer gaps for a wrap
MORE_FOLLOWS = 0.1  # share of a file after its last picture, from which it may hold another recording
SOUND_FOLLOWS = 2**17  # bytes after its last picture that may be the sound of that, some seconds of it
UNTIMED_APNG = "10"  # frames per second, at which viewers show frames that state no time; FFmpeg takes 15
COUNTED_PACKETS = 1000  # after which a track of one frame can be told from the video
ARCHIVES = {  # by how they begin
    b"PK\x03\x04": "a zip archive (or what is one inside)",
    b"\x1f\x8b": "compressed by gzip",
    b"BZh": "compressed by bzip2",
    b"\xfd7zXZ\x00": "compressed by xz",
    b"(\xb5/\xfd": "compressed by zstd",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!": "a RAR archive",
}
ARRAYS = (b"\x93NUMPY", b"\x89HDF\r\n")
TAR_AT, TAR = 257, b"ustar"
EXAMINED_BYTES = 512  # of a file that is none of the containers


@contextmanager
def opened(path: Path) -> Iterator[tuple[InputContainer, VideoStream]]:
    """Open the moving picture of the file: the one that players show, never a cover or a thumbnail.

    Raises:
        VidpredError: the file cannot be read as a video.
    """
    _check_file(path)
    with _container(path) as container:
        stream = _main_track(path, container)
        height, width = stream.codec_context.height, stream.codec_context.width
        _check_size(path, width, height)
        stream.codec_context.flags |= Flags.unaligned  # else FFmpeg shows columns at the left that are to be cut off
        if height * width >= LARGE_FRAME:
            stream.thread_type = "AUTO"
            stream.codec_context.thread_count = 2
        say_if_joined(path, container.format.name)
        yield container, stream


def longest_gap(container: InputContainer) -> float:
    """Return the seconds by which time stamps may go ahead from one to the next; where by more, they begin anew."""
    return HALF_A_WRAP.get(container.format.name, math.inf)


def packets_of(container: InputContainer, streams: Sequence[Stream]) -> "Iterator[Packet[Any]]":
    """Yield the packets of tracks, but for empty ones, as far as the file can be read."""
    packets = container.demux(streams)
    while True:
        try:
            packet = next(packets)
        except (StopIteration, av.error.FFmpegError, OSError, IndexError):  # the last if tracks began midway
            return
        if packet.size:
            yield packet


def size_of(container: InputContainer) -> int:
    """Return the bytes of a file; 0 where FFmpeg does not know them, of which PyAV 18 says less than 0, 19 None."""
    return max(container.size or 0, 0)


def frames_of(container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
    """Yield the frames of a track until the file ends, or its tracks begin anew midway, for which PyAV has no stream.

    Raises:
        av.error.FFmpegError, OSError, ValueError: it cannot be read or decoded further.
    """
    with suppress(IndexError):
        yield from container.decode(stream)


def say_if_more_follows(path: Path, container: InputContainer, last: "Packet[Any]") -> None:
    """Note once that a transport stream goes on long after the last packet of the pictures that are read."""
    size = size_of(container)
    if container.format.name != TRANSPORT_STREAM or last.pos is None:
        return
    left = size - last.pos
    if left <= max(size * MORE_FOLLOWS, SOUND_FOLLOWS):
        return
    note(
        f"the last {left / size:.0%} of {path} hold none of the pictures that are read; if another recording begins "
        "there, give it as a file of its own"
    )


def _container(path: Path) -> InputContainer:
    options = {"protocol_whitelist": "file", "format_whitelist": ",".join(CONTAINERS), "default_fps": UNTIMED_APNG}
    try:
        start = _beginning(path)
        opened_from = _webp_as_matroska(path, start) if is_animated_webp(start) else f"file:{path.absolute()}"
        kind = "mjpeg" if path.suffix.lower() in MOTION_JPEG and kind_of_picture(start) == "JPEG" else None
        container: InputContainer = av.open(opened_from, format=kind, container_options=options, **OTHER_BYTES)
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise _unreadable(path, error) from None
    return container


def _webp_as_matroska(path: Path, start: bytes) -> BytesIO:
    """Return an animated WebP, which begins with ``start``, as a file that FFmpeg decodes.

    Raises:
        VidpredError: its frames are too large.
        OSError: it cannot be read.
    """
    from vidpred.video.decoding.animated_webp import as_matroska  # here, because other videos have no use for it

    _check_size(path, *webp_size(start))
    found = path.stat()
    return BytesIO(as_matroska(path.absolute(), found.st_mtime_ns, found.st_size))


def _check_size(path: Path, width: int, height: int) -> None:
    if height * width > LARGEST_FRAME:
        raise VidpredError(
            f"{path} says that its frames have {width} x {height} pixels, but at most {LARGEST_FRAME:,} pixels "
            "are read; it is damaged, or has to be scaled down first"
        )


def _check_file(path: Path) -> None:
    try:
        found = path.stat()
    except FileNotFoundError:
        require_no_address(path)
        raise VidpredError(f"{not_there(path)}; give the path of a video file or of a folder of frames") from None
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise VidpredError(f"{not_there(path)}; give the path of a video file or of a folder of frames") from None
        raise _unreadable(path, error) from None
    if not stat.S_ISREG(found.st_mode) and not stat.S_ISDIR(found.st_mode):
        raise VidpredError(f"{path} is a pipe or a device, not a video; write it to a file first")
    if stat.S_ISREG(found.st_mode) and found.st_size == 0:
        raise VidpredError(f"{path} is empty (0 bytes), not a video; copy or download it again")


def _main_track(path: Path, container: InputContainer) -> VideoStream:
    tracks = [track for track in container.streams.video if track.codec_context is not None]
    moving = [track for track in tracks if not track.disposition & STILL]
    if not moving:
        what = "a single picture" if tracks else "only sound or data"
        raise VidpredError(f"{path} holds no moving picture ({what}); give a file with a video track")

    counts = _frame_counts(path, moving)
    fullest = max(moving, key=lambda track: counts[track.index])

    def rank(track: VideoStream) -> tuple[bool, bool]:
        smaller = track.width * track.height < fullest.width * fullest.height
        is_preview = smaller and PREVIEW * counts[track.index] <= counts[fullest.index]
        return counts[track.index] > 1 and not is_preview, bool(track.disposition & Disposition.default)

    return max(moving, key=rank)  # of equals, the first


def _frame_counts(path: Path, tracks: Sequence[VideoStream]) -> dict[int, int]:
    """Return how many frames each of several tracks has: as stated, or else at the beginning of the file."""
    counts = {track.index: track.frames for track in tracks}
    if len(tracks) == 1 or all(counts.values()):
        return counts
    counts = dict.fromkeys(counts, 0)
    with _container(path) as container:
        for packet in islice(packets_of(container, list(container.streams)), COUNTED_PACKETS):
            if packet.stream.index in counts:
                counts[packet.stream.index] += 1
    return counts


def _unreadable(path: Path, error: Exception) -> VidpredError:
    if isinstance(error, PermissionError):
        return VidpredError(f"{path} may not be read (permission denied); change its permissions")
    start = _beginning(path)
    if (picture := kind_of_picture(start)) and not is_animated_webp(start):
        return VidpredError(f"{path} is a single picture ({picture}), not a video; give a video, or a folder of frames")
    if archive := _known_archive(start):
        return VidpredError(f"{path} is {archive}, not a video; unpack it, and give a video or a folder from it")
    if start.startswith(ARRAYS):
        return VidpredError(f"{path} holds arrays, not a video; write its frames by vidpred.video.write_video first")
    from vidpred.video.other_kinds import other_kind, raw_pixels  # here, because videos have no use for it

    if other := other_kind(start) or raw_pixels(path):
        return VidpredError(f"{path} is {other.what}, not a video; {other.remedy}")
    if kind := _known_otherwise(start):
        return VidpredError(f"{path} is {kind}; convert it to mp4, or give a video file such as mp4, mkv, webm or gif")
    reason = getattr(error, "strerror", None) or error
    return VidpredError(
        f"{path} cannot be read as a video ({reason}): it is of another kind, damaged or cut short; "
        "check that a player shows it, or convert it to mp4"
    )


def _beginning(path: Path) -> bytes:
    """Return the first bytes of a file; none of what is no file."""
    if not path.is_file():
        return b""
    with path.open("rb") as file:
        return file.read(EXAMINED_BYTES)


def _known_archive(start: bytes) -> str | None:
    """Return what kind of archive a file is, by how it begins; None for any other."""
    if start[TAR_AT:].startswith(TAR):
        return "a tar archive"
    return next((kind for beginning, kind in ARCHIVES.items() if start.startswith(beginning)), None)


def _known_otherwise(start: bytes) -> str | None:
    """Return what a file is that is none of the containers, by how it begins, if that is easily told."""
    if start.startswith((b"#EXTM3U", b"ffconcat", b"<?xml", b"v=0")):
        return "a playlist or a script that names other files, not a video"
    if start and not set(start) & (set(range(9)) | set(range(14, 32)) | set(range(127, 256))):
        return "a text, not a video"
    return None
