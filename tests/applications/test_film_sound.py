"""Sound goes along with a film into any file: copied, or encoded anew where that file cannot hold it."""

from dataclasses import replace
from fractions import Fraction

import av
import numpy as np
import pytest
from av.stream import Disposition
from drawing import draw_video, pan
from films import add_sound, flash_and_beep, heard, times

from vidpred.applications.extend import extend
from vidpred.errors import VidpredError
from vidpred.predictors import CopyLast
from vidpred.video.decoding.description import describe
from vidpred.video.films import longer, sound

LAST = CopyLast(2)
RATE = 48_000


def film_with(path, code, **form):
    return add_sound(draw_video(path.parent / "silent.mp4", pan(10)), path, code, 0.4, **form)


def packets(path):
    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux(audio=0) if packet.size]


def test_lossless_sound_stays_so_where_its_own_code_does_not_fit(tmp_path):
    source = film_with(tmp_path / "film.mkv", "flac")
    written = extend(source, tmp_path / "longer.mov", LAST, 0.4)
    (_, before), (code, after) = heard(source), heard(tmp_path / "longer.mov")
    assert code == "alac"
    assert written.notes == ("its sound (flac) is encoded anew as alac",)
    assert np.array_equal(after[: len(before)], before)
    assert np.abs(after[len(before) :]).max() == 0
    assert len(after) / RATE == pytest.approx(0.8, abs=0.1)


def test_a_code_that_a_container_only_promises_to_take_is_encoded_anew(tmp_path):
    written = extend(film_with(tmp_path / "film.mkv", "libopus"), tmp_path / "longer.mov", LAST, 0.4)
    assert written.notes == ("its sound (opus) is encoded anew as aac",)
    assert heard(tmp_path / "longer.mov")[0] == "aac"


@pytest.mark.parametrize(("rate", "taken"), [(192_000, 96_000), (22_255, 24_000), (50_000, 64_000)])
def test_a_rate_that_the_encoder_lacks_becomes_the_next_higher_one_or_the_highest(tmp_path, rate, taken):
    source = film_with(tmp_path / "film.mov", "pcm_s16le", rate=rate)
    written = extend(source, tmp_path / "longer.mp4", LAST, 0.4)
    assert written.notes == (f"its sound (pcm_s16le) is encoded anew as aac at {taken} Hz",)
    with av.open(str(tmp_path / "longer.mp4")) as container:
        assert container.streams.audio[0].rate == taken
    _, after = heard(tmp_path / "longer.mp4")
    assert len(after) / taken == pytest.approx(0.8, abs=0.1)
    crossings = np.diff(np.signbit(after[int(0.1 * taken) : int(0.3 * taken)])).sum()
    assert crossings / 2 / 0.2 == pytest.approx(rate * 0.05 / (2 * np.pi), rel=0.03)  # the pitch of the tone


def test_sound_whose_rate_changes_on_the_way_is_encoded_anew_at_one_rate(tmp_path, monkeypatch):
    """A broadcast of two parts: the same tone of 0.05 radians a sample, at 44,100 Hz and then at 48,000."""
    monkeypatch.setattr(sound, "packet_of_silence", lambda stream: None)  # so that nothing is copied
    parts = []
    for begins, rate in ((0, 44_100), (0.4, 48_000)):
        whole = film_with(tmp_path / "part.mkv", "mp2", rate=rate)
        with av.open(str(whole)) as source:
            path = tmp_path / f"{rate}.ts"
            with av.open(str(path), "w", options={"output_ts_offset": str(begins)}) as out:
                tracks = [out.add_stream_from_template(stream) for stream in source.streams]
                for packet in source.demux():
                    if packet.size:
                        packet.stream = tracks[packet.stream.index]
                        out.mux(packet)
        parts.append(path.read_bytes())
    (tmp_path / "film.ts").write_bytes(b"".join(parts))
    assert extend(tmp_path / "film.ts", tmp_path / "longer.mp4", LAST, 0.2).notes == (
        "its sound (mp2) is encoded anew as aac",
    )
    _, samples = heard(tmp_path / "longer.mp4")
    with av.open(str(tmp_path / "longer.mp4")) as container:
        rate = container.streams.audio[0].rate
    assert len(samples) / rate == pytest.approx(1.0, abs=0.1)
    for begins, pitch in ((0.1, 44_100), (0.55, 48_000)):
        part = samples[int(begins * rate) : int((begins + 0.2) * rate)]
        assert np.diff(np.signbit(part)).sum() / 2 / 0.2 == pytest.approx(pitch * 0.05 / (2 * np.pi), rel=0.03)


def test_eight_channels_are_copied_and_fall_silent(tmp_path):
    film, source, longer = draw_video(tmp_path / "silent.mp4", pan(10)), tmp_path / "film.mp4", tmp_path / "longer.mp4"
    tone = (np.sin(np.arange(RATE // 2) * 0.05) * 20_000).astype(np.int16)
    with av.open(str(film)) as silent, av.open(str(source), "w") as out:
        picture = out.add_stream_from_template(silent.streams.video[0])
        sound = out.add_stream("aac", rate=RATE)
        sound.layout = "7.1"
        for packet in silent.demux(video=0):
            if packet.size:
                packet.stream = picture
                out.mux(packet)
        frame = av.AudioFrame.from_ndarray(np.repeat(tone, 8)[None], "s16", "7.1")
        frame.sample_rate, frame.pts, frame.time_base = RATE, 0, Fraction(1, RATE)
        out.mux([*sound.encode(frame), *sound.encode()])
    assert extend(source, longer, LAST, 0.4).notes == ()
    before, after = packets(source), packets(longer)
    assert after[: len(before)] == before
    assert len(after) * 1024 / RATE == pytest.approx(0.8, abs=0.1)


def test_languages_titles_and_chapters_are_kept_and_what_is_left_out_is_named(tmp_path):
    spoken = film_with(tmp_path / "spoken.mkv", "flac")
    chapters = [
        {"id": 1, "start": 0, "end": 200, "time_base": Fraction(1, 1000), "metadata": {"title": "before"}},
        {"id": 2, "start": 200, "end": 400, "time_base": Fraction(1, 1000), "metadata": {"title": "after"}},
    ]
    with av.open(str(spoken)) as source, av.open(str(tmp_path / "film.mkv"), "w") as out:
        out.set_chapters(chapters)
        picture, *sounds = (out.add_stream_from_template(source.streams[index]) for index in (0, 1, 1))
        thumbnail = out.add_stream("mjpeg", rate=25)
        thumbnail.width, thumbnail.height, thumbnail.pix_fmt = 64, 48, "yuvj420p"
        thumbnail.disposition, picture.disposition = Disposition(0), Disposition.default
        sounds[0].metadata["language"], sounds[1].metadata["language"] = "ger", "fre"
        sounds[1].metadata["title"], sounds[1].disposition = "from the set", Disposition.default
        sounds[0].disposition = Disposition(0)
        for packet in source.demux():
            for track in [picture] if packet.stream.type == "video" else sounds:
                if packet.size:
                    copy = av.Packet(bytes(packet))
                    copy.stream, copy.time_base = track, packet.time_base
                    copy.pts, copy.dts, copy.duration = packet.pts, packet.dts, packet.duration
                    copy.is_keyframe = packet.is_keyframe
                    out.mux(copy)
        frame = av.VideoFrame.from_ndarray(pan(1)[0], "rgb24").reformat(format="yuvj420p")
        out.mux([*thumbnail.encode(frame), *thumbnail.encode()])
    written = extend(tmp_path / "film.mkv", tmp_path / "longer.mkv", LAST, 0.4)
    assert written.notes == ("its other tracks (video) are left out",)
    with av.open(str(tmp_path / "longer.mkv")) as container:
        assert [(one["start"] * one["time_base"], one["metadata"]) for one in container.chapters()] == [
            (0, {"title": "before"}),
            (Fraction(1, 5), {"title": "after"}),
        ]
        first, second = container.streams.audio
        assert (first.language, second.language, second.metadata["title"]) == ("ger", "fre", "from the set")
        assert not first.disposition & Disposition.default
        assert second.disposition & Disposition.default


DUMPED = """\
Input #0, mov,mp4,m4a,3gp,3g2,mj2, from '':
  Metadata:
    title           : Frame Cropping: 1/1/1/1
                    : Audio: pcm_s16le, 48000 Hz, 8 channels (FL)
  Duration: 00:00:01.20, start: 0.000000, bitrate: 5658 kb/s
  Stream #0:0[0x1](und): Video: h264 (High), yuv420p(progressive), 128x96, 13 kb/s, 25 fps, 25 tbr, 12800 tbn (default)
    Side data:
      Frame Cropping: 9/5/3/5
  Stream #0:1[0x2]: Audio: pcm_s16le (sowt / 0x74776F73), 48000 Hz, 8 channels (FL+FR+SL+SR), s16, 5644 kb/s (default)
  Stream #0:2[0x3]: Audio: aac (LC), 48000 Hz, 7.1, fltp, 64 kb/s
  Stream #0:3[0x4]: Audio: pcm_s16le, 48000 Hz, 2 channels, s16, 64 kb/s
"""


def test_edges_and_orders_of_channels_are_read_out_of_the_description():
    class Opened:
        def dumps_format(self):
            return DUMPED

    described = describe(Opened())
    assert described.own_order == {1}
    assert list(described.edges) == [0]
    assert (described.edges[0].left, described.edges[0].right) == (9, 5)
    assert (described.edges[0].top, described.edges[0].bottom) == (3, 5)


def test_channels_in_an_order_of_their_own_are_copied_or_refused(tmp_path, monkeypatch):
    """PyAV cannot be asked for their samples; here, a plain track stands for such a one."""
    read_facts = longer.read_facts
    monkeypatch.setattr(longer, "read_facts", lambda path: replace(read_facts(path), unsafe_sound=frozenset({1})))
    source = film_with(tmp_path / "film.mkv", "flac")
    written = extend(source, tmp_path / "longer.mkv", LAST, 0.4)
    assert written.notes == ("its sound ends with the film's own, since no silence can be appended to it",)
    assert packets(tmp_path / "longer.mkv") == packets(source)
    with pytest.raises(VidpredError, match=r"an order of its own.* kind mov does not take it; choose another ending"):
        extend(source, tmp_path / "longer.mov", LAST, 0.4)
    assert not (tmp_path / "longer.mov").exists()


@pytest.mark.parametrize("out", ["longer.mp4", "longer.mov"])
def test_sound_of_a_transport_stream_that_begins_anew_stays_with_its_picture(tmp_path, out):
    """The second part begins 100 s before the first, which FFmpeg takes for a wrap after 26 hours."""
    codes = ("mpeg2video", "mp2") if out == "longer.mov" else ("mpeg2video", "aac")
    first = flash_and_beep(tmp_path / "first.ts", 0.2, 100.0, codes)
    second = flash_and_beep(tmp_path / "second.ts", 0.6, 0.0, codes)
    source = tmp_path / "film.ts"
    source.write_bytes(first.read_bytes() + second.read_bytes())
    extend(source, tmp_path / out, LAST, 0.2)
    with av.open(str(tmp_path / out)) as container:
        assert container.duration / 1e6 == pytest.approx(2.2, abs=0.15)
    _, samples = heard(tmp_path / out)
    loud = np.flatnonzero(np.abs(samples) > 0.2) / RATE
    assert loud[0] == pytest.approx(0.2, abs=0.08)
    assert loud[-1] == pytest.approx(1.64, abs=0.12)


@pytest.mark.parametrize(
    ("code", "name"), [("pcm_s16le", "film.mov"), ("libopus", "film.mkv"), ("pcm_s16le", "film.mkv")]
)
@pytest.mark.parametrize("out", ["longer.mp4", "longer.mov", "longer.mkv"])
def test_sound_from_before_the_picture_is_kept(tmp_path, code, name, out):
    """A beep at 0.1 s, and the first picture at 0.6."""
    source, written = tmp_path / name, tmp_path / out
    flash_and_beep(source, 0.1, codes=("libx264", code), late=0.6)
    extend(source, written, LAST, 0.2)
    assert beep_before_picture(source) == pytest.approx(0.5, abs=0.045)
    assert beep_before_picture(written) == pytest.approx(0.5, abs=0.045)
    assert np.diff(times(written)) == pytest.approx(0.04, abs=2e-3)
    assert len(times(written)) == 15


def beep_before_picture(path):
    """Return by how many seconds the beep is heard before the first picture is shown."""
    with av.open(str(path)) as container:
        sound = [(frame.time, frame.to_ndarray().astype(float)[0]) for frame in container.decode(audio=0)]
    loudest = max(np.abs(samples).max() for _, samples in sound)
    begins, samples = next(each for each in sound if np.abs(each[1]).max() > 0.5 * loudest)
    return times(path)[0] - begins - int(np.argmax(np.abs(samples) > 0.5 * loudest)) / 48_000
