"""Subtitles go along with a film that is written again, copied or encoded anew."""

from fractions import Fraction

import av
import pytest
from av.codec import CodecContext
from av.packet import Packet
from drawing import draw_video, pan
from films import add_sound

from vidpred.applications.extend import extend
from vidpred.applications.interpolate_video import FlowInterpolator, interpolate_video
from vidpred.predictors import CopyLast

LAST = CopyLast(2)
PLAIN = {"options": {"bf": "0"}}  # frames in the order in which they are shown
TEXTS = [(100, 200, "Hello <i>there</i>"), (240, 400, "Zwei & drei")]  # milliseconds: from, until
SHOWN = [(0.1, 0.2, "Hello {\\i1}there{\\i0}"), (0.24, 0.4, "Zwei & drei")]  # seconds, as FFmpeg decodes them


def usual_style():
    """Return the style that FFmpeg gives to texts that have none."""
    decoder = CodecContext.create("srt", "r")
    decoder.open()
    return decoder.subtitle_header


def subtitled(film, path, code="srt", begins=0):
    """Write a film again with subtitles, its time stamps beginning at so many milliseconds; return the path."""
    with av.open(str(film)) as source, av.open(str(path), "w", options={"avoid_negative_ts": "disabled"}) as out:
        copied = [out.add_stream_from_template(stream) for stream in source.streams]
        written = out.add_stream(code)
        written.codec_context.subtitle_header = usual_style()
        written.metadata["language"] = "deu"
        for packet in source.demux():
            if packet.size:
                packet.pts += round(Fraction(begins, 1000) / packet.time_base)
                packet.dts = packet.pts
                packet.stream = copied[packet.stream_index]
                out.mux(packet)
        for start, end, text in TEXTS:
            spoken = Packet(text.encode())
            spoken.stream, spoken.time_base = written, Fraction(1, 1000)
            spoken.pts = spoken.dts = begins + start
            spoken.duration = end - start
            out.mux(spoken)
    return path


def subtitles(path):
    """Return the code and the language of a file's first subtitles, and what is shown from when until when."""
    with av.open(str(path)) as container:
        stream = container.streams.subtitles[0]
        shown = []
        for packet in container.demux(stream):
            if packet.size and (texts := stream.codec_context.decode2(packet)):
                begin = float(packet.pts * packet.time_base)
                text = texts[0].ass.decode().split(",,")[-1]
                shown.append((begin, begin + float(packet.duration * packet.time_base), text))
        return stream.codec_context.codec.canonical_name, stream.language, shown


def assert_shown(found, wanted=SHOWN):
    """Compare what is shown; where one style lasts to the end of a text, mov_text does not end it there."""
    assert [text.removesuffix("{\\i0}") for *_, text in found] == [text.removesuffix("{\\i0}") for *_, text in wanted]
    for (begin, end, _), (first, last, _) in zip(found, wanted, strict=True):
        assert (begin, end) == (pytest.approx(first, abs=2e-3), pytest.approx(last, abs=2e-3))


@pytest.mark.parametrize("begins", [0, 10_000])
@pytest.mark.parametrize(("name", "kept"), [("longer.mkv", "subrip"), ("longer.mp4", "mov_text")])
def test_texts_are_shown_when_they_were_in_a_file_of_any_kind(tmp_path, begins, name, kept):
    source = subtitled(draw_video(tmp_path / "silent.mp4", pan(10), **PLAIN), tmp_path / "film.mkv", begins=begins)
    written = extend(source, tmp_path / name, LAST, 0.2)
    code, language, shown = subtitles(tmp_path / name)
    assert (code, language) == (kept, "deu")
    assert written.notes == (() if kept == "subrip" else ("its subtitles (subrip) are encoded anew as mov_text",))
    assert_shown(shown)


def test_they_come_back_from_mp4(tmp_path):
    source = subtitled(draw_video(tmp_path / "silent.mp4", pan(10), **PLAIN), tmp_path / "film.mkv")
    extend(source, tmp_path / "middle.mp4", LAST, 0)
    for name, kept in (("copied.mov", "mov_text"), ("back.mkv", "subrip")):
        extend(tmp_path / "middle.mp4", tmp_path / name, LAST, 0)
        code, _, shown = subtitles(tmp_path / name)
        assert code == kept
        assert_shown(shown)


def test_they_go_along_with_sound_and_with_more_frames(tmp_path):
    film = add_sound(draw_video(tmp_path / "silent.mp4", pan(10), **PLAIN), tmp_path / "sound.mkv", "aac", 0.4)
    source = subtitled(film, tmp_path / "film.mkv", "webvtt")
    interpolate_video(source, tmp_path / "dense.mkv", FlowInterpolator())
    code, _, shown = subtitles(tmp_path / "dense.mkv")
    assert code == "webvtt"
    assert_shown(shown)
    with av.open(str(tmp_path / "dense.mkv")) as container:
        assert len(container.streams.audio) == 1


def test_what_is_shown_before_the_first_picture_begins_with_it(tmp_path):
    """The film's first frame is at 150 ms, amid the first text."""
    source = draw_video(tmp_path / "late.mkv", pan(6), milliseconds=range(150, 390, 40), **PLAIN)
    source = subtitled(source, tmp_path / "film.mkv")
    extend(source, tmp_path / "longer.mkv", LAST, 0)
    wanted = [(0.0, 0.05, SHOWN[0][2]), (0.09, 0.25, SHOWN[1][2])]
    assert_shown(subtitles(tmp_path / "longer.mkv")[2], wanted)


def test_texts_that_are_over_before_the_first_picture_are_left_out(tmp_path):
    source = draw_video(tmp_path / "late.mkv", pan(6), milliseconds=range(220, 460, 40), **PLAIN)
    extend(subtitled(source, tmp_path / "film.mkv"), tmp_path / "longer.mp4", LAST, 0)
    assert_shown(subtitles(tmp_path / "longer.mp4")[2], [(0.02, 0.18, SHOWN[1][2])])
