"""Carries over to another film the fonts that its subtitles are to be shown in."""

from av.container import InputContainer, OutputContainer
from av.stream import AttachmentStream

UNNAMED, UNKNOWN = "font", "application/octet-stream"


def keep_fonts(container: InputContainer, film: OutputContainer) -> set[int]:
    """Attach to a film that is written what is attached to its source; return those tracks.

    Of the containers that are written, Matroska alone has room for them; pictures among them are covers, and no tracks.

    Args:
        container: of the source.
        film: that is written; nothing has been written to it yet.
    """
    attached = [stream for stream in container.streams if isinstance(stream, AttachmentStream)]
    if film.format.name != "matroska":
        return set()
    for stream in attached:
        film.add_attachment(stream.name or UNNAMED, stream.mimetype or UNKNOWN, stream.data or b"")
    return {stream.index for stream in attached}
