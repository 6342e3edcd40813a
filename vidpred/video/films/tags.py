"""Carries over to another file what is said of a film: title and date, chapters, and the languages of its tracks."""

from typing import TYPE_CHECKING

from av.container import InputContainer, OutputContainer
from av.stream import Stream

if TYPE_CHECKING:
    from av.container.core import Chapter

OF_THE_FILE = {"major_brand", "minor_version", "compatible_brands", "encoder"}  # not of the film
OF_THE_TRACK = {
    "language",
    "title",
    "handler_name",
}  # what else is said of a track, such as its encoder, is of the file


def keep_tags(container: InputContainer, film: OutputContainer, start: float) -> None:
    """Give a film that is written the tags and the chapters of its source.

    Args:
        container: of the source.
        film: that is written.
        start: time stamp of the source, in seconds, that becomes 0.
    """
    film.metadata.update({key: text for key, text in container.metadata.items() if key not in OF_THE_FILE})
    film.set_chapters([_moved(chapter, start) for chapter in container.chapters()])


def keep_track_tags(stream: Stream, written: Stream) -> None:
    """Give a track that is written the language, title and role (such as the default) of the one that it comes from."""
    written.metadata.update({key: text for key, text in stream.metadata.items() if key.lower() in OF_THE_TRACK})
    written.disposition = stream.disposition


def _moved(chapter: "Chapter", start: float) -> "Chapter":
    shift = round(start / chapter["time_base"]) if chapter["time_base"] else 0
    return {**chapter, "start": max(0, chapter["start"] - shift), "end": max(0, chapter["end"] - shift)}
