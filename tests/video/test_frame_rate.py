"""Frame rates and breaks, told from time stamps."""

from fractions import Fraction

import av
import numpy as np
import pytest
from drawing import pan
from PIL import Image, features

from vidpred.applications.extend import extend
from vidpred.predictors import CopyLast
from vidpred.video.decoding.codec import read_facts, timed_frames
from vidpred.video.pace import Break, Clock, Pace, Timed, as_rate, at_constant_rate, measure_pace
from vidpred.video.reader import decode, probe, read_window

FINE, MILLI = 1 / 90_000, 1e-3
FORMAT = {".avif": "AVIF", ".apng": "PNG", ".webp": "WEBP"}
EXACT_PERIOD = {"25": 0.04, "ntsc": 1001 / 30_000, "film": 1001 / 24_000, "60": 1 / 60, "120": 1 / 120}


def measured(stamps, tick=FINE, stated=Fraction(17)):
    return measure_pace([np.round(np.asarray(stamps) / tick) * tick], tick, [stated])


def steady(number, period):
    return np.arange(number) * period


@pytest.mark.parametrize("tick", [FINE, MILLI])
@pytest.mark.parametrize("name", EXACT_PERIOD)
def test_a_rate_is_exact_whatever_the_unit_of_the_stamps(name, tick):
    pace = measured(steady(200, EXACT_PERIOD[name]), tick)
    assert pace.regular
    assert float(pace.frame_rate) == pytest.approx(1 / EXACT_PERIOD[name], rel=1e-9)


def test_a_pause_does_not_slow_the_rate():
    stamps = steady(200, 1 / 30)
    stamps[100:] += 60
    assert measured(stamps) == Pace(Fraction(30), True, FINE)


@pytest.mark.parametrize("lost", [[10, 20, 30], [10, 11, 12]], ids=["apart", "together"])
def test_lost_frames_do_not_slow_the_rate(lost):
    assert measured(np.delete(steady(60, 0.04), lost)) == Pace(Fraction(25), True, FINE)


@pytest.mark.parametrize("last", [0.1, 3.0])
def test_an_odd_last_gap_does_not_change_the_rate(last):
    stamps = steady(40, 1 / 60)
    stamps[-1] = stamps[-2] + last / 60
    assert measured(stamps).frame_rate == 60


@pytest.mark.parametrize("rounded", [np.round, np.floor], ids=["nearest", "down"])
@pytest.mark.parametrize("rate", [300, 400, 450, 480, 600, 720, 800, 960, 1000])
def test_a_constant_rate_is_told_through_the_rounding_of_its_stamps(rate, rounded):
    for number in (120, 3000):
        stamps = rounded(np.arange(number) * 1000 / rate) * MILLI
        pace = measure_pace([stamps], MILLI, [Fraction(rate)])
        assert pace == Pace(Fraction(rate), True, MILLI)
        assert not any(before for _, before in told(stamps, pace))
    assert float(measured(stamps, MILLI, stated=Fraction(17)).frame_rate) == pytest.approx(rate, rel=1e-3)


@pytest.mark.parametrize("rounded", [np.round, np.floor], ids=["nearest", "down"])
@pytest.mark.parametrize("stated", [None, Fraction(17)], ids=["stated", "unstated"])
@pytest.mark.parametrize(
    ("rate", "tick"), [(480, MILLI), (600, MILLI), (720, MILLI), (800, MILLI), (960, MILLI), (60, 0.01)]
)
def test_lost_frames_do_not_hide_a_constant_rate_behind_the_rounding_of_its_stamps(rate, tick, stated, rounded):
    lost = np.random.default_rng(0).random(1200) < 0.02
    stamps = rounded(np.flatnonzero(~lost) / rate / tick + 1e-6) * tick
    pace = measure_pace([stamps], tick, [stated or Fraction(rate)])
    assert pace.regular
    assert float(pace.frame_rate) == pytest.approx(rate, rel=3e-4)


def test_a_pause_amid_lost_frames_does_not_hide_a_constant_rate_either():
    stamps = np.delete(steady(900, 1 / 960), [50, 51, 120, 300, 480, 700, 850])
    stamps[400:] += 7.7003
    assert measured(stamps, MILLI).frame_rate == 960


@pytest.mark.parametrize("rate", [500, 1000])
def test_lost_frames_are_not_taken_for_the_rounding_of_slower_ones(rate):
    for seed in range(20):
        lost = np.random.default_rng(seed).random(600) < 0.05
        assert measured(np.flatnonzero(~lost) / rate, MILLI) == Pace(Fraction(rate), True, MILLI)


@pytest.mark.parametrize("gap", [1, 2, 4], ids=["a tick", "two ticks", "four ticks"])
@pytest.mark.parametrize("odd", ["none", "an odd gap", "lost ones"])
@pytest.mark.parametrize("rate", [Fraction(24_000, 1001), Fraction(30_000, 1001), Fraction(24), Fraction(48)])
def test_even_stamps_that_count_few_ticks_per_frame_are_no_rounding_of_a_faster_rate(rate, odd, gap):
    number = np.arange(10_000) * gap
    if odd == "lost ones":
        number = number[np.random.default_rng(0).random(10_000) > 0.03]
    elif odd == "an odd gap":
        number[700:] += 3
    tick = float(1 / rate / gap)
    assert measure_pace([number * tick], tick, [rate]).frame_rate == rate


@pytest.mark.parametrize(
    ("stated", "rate"),
    [
        *(("983/41", 24), ("989/33", 30), ("959/16", 60)),  # as FFmpeg gives 23.976 and so on of FLV
        *(("7001/146", 48), ("19001/317", 60), ("29011/242", 120)),  # and nanoseconds per frame of Matroska
    ],
)
def test_a_stated_rate_that_was_rounded_to_a_fraction_is_the_common_one(stated, rate):
    exact = Fraction(1000 * rate, 1001)
    assert measured(steady(300, float(1 / exact)), MILLI, Fraction(stated)).frame_rate == exact


@pytest.mark.parametrize("stated", ["23.976", "29.97", "59.94", "119.88"])
def test_a_stated_decimal_rate_is_no_rounded_one(stated):
    assert measured(steady(300, 1 / float(stated)), MILLI, Fraction(stated)).frame_rate == Fraction(stated)


def test_frames_at_uneven_times_are_no_constant_rate_however_coarse_their_stamps_are():
    stamps = np.cumsum(np.random.default_rng(0).integers(1, 4, 200)) * MILLI
    assert not measured(stamps, MILLI).regular


def test_a_stated_rate_is_taken_where_the_stamps_bear_it_out():
    stamps = steady(50, 1 / 14.9852)
    assert measured(stamps, stated=Fraction(14_985, 1000)).frame_rate == Fraction(14_985, 1000)
    assert float(measured(stamps, stated=Fraction(30)).frame_rate) == pytest.approx(14.9852, rel=1e-4)


def test_a_stated_average_over_an_odd_last_frame_is_not_the_rate():
    stamps = steady(20, 1001 / 30_000)
    assert measured(stamps, stated=Fraction(20 * 90_000, 19 * 3003 + 3000)).frame_rate == Fraction(30_000, 1001)


def test_a_stated_rate_is_kept_where_rounded_stamps_leave_it_open():
    stamps = steady(10, 1001 / 30_000)
    assert measured(stamps, MILLI, Fraction(30_000, 1001)).frame_rate == Fraction(30_000, 1001)


@pytest.mark.parametrize("rate", [Fraction(15, 2), Fraction(25, 2), Fraction(15_000, 1001)])
def test_half_of_a_common_rate_is_exact_too(rate):
    assert measured(steady(30, float(1 / rate)), MILLI).frame_rate == rate


def test_a_screen_recording_runs_at_the_rate_of_most_gaps():
    gaps = np.array([1, 1, 1, 5, 1, 1, 9, 1, 1, 30] * 5) / 60
    pace = measured(np.cumsum([0, *gaps]))
    assert (pace.frame_rate, pace.regular) == (60, False)


def test_without_a_usual_gap_the_rate_is_the_average_between_pauses():
    gaps = np.array([0.03, 0.07] * 20 + [30.0] + [0.03, 0.07] * 20)
    pace = measured(np.cumsum([0, *gaps]))
    assert (pace.frame_rate, pace.regular) == (20, False)


@pytest.mark.parametrize("tick", [FINE, MILLI])
@pytest.mark.parametrize("number", [21, 60, 201])
def test_a_film_whose_frames_last_three_and_two_fields_in_turn_runs_at_its_own_rate(tick, number):
    """As on DVDs: 24000/1001 frames in 60000/1001 fields; an odd number of gaps has more of one kind."""
    fields = np.cumsum([0, *([3, 2] * number)])[:number]
    pace = measured(fields * 1001 / 60_000, tick)
    assert pace == Pace(Fraction(24_000, 1001), True, tick)
    assert pace.between(3 * 1001 / 60_000, pace.period) is Break.NONE
    assert pace.between(5 * 1001 / 60_000, pace.period) is Break.LOST


@pytest.mark.parametrize("tick", [FINE, 1 / 60])
@pytest.mark.parametrize("number", [40, 200, 3000])
def test_a_film_of_25_whose_frames_last_two_and_three_fields_in_turn_but_for_one_in_five_does_so_too(tick, number):
    stamps = np.round(np.arange(number) * 2.4 + 1e-6) / 60
    assert measured(stamps, tick) == Pace(Fraction(25), True, tick)


def test_a_pause_and_a_lost_frame_of_such_a_film_do_not_change_its_rate():
    fields = np.cumsum([3, 2] * 60)
    stamps = np.delete(fields, [20, 21, 70]) * 1001 / 60_000
    stamps[60:] += 60
    assert measured(stamps).frame_rate == Fraction(24_000, 1001)


def test_two_lengths_that_take_no_turns_are_a_variable_rate():
    gaps = np.array([0.04] * 20 + [0.06] * 20 + [0.04] * 20 + [0.06] * 20)
    assert not measured(np.cumsum([0, *gaps])).regular


def test_parts_whose_stamps_begin_anew_count_alike():
    assert measure_pace([steady(60, 0.04)] * 3, FINE, [Fraction(25)]).frame_rate == 25


@pytest.mark.parametrize("stamps", [[], [0.0], [1.0, 1.0, 1.0]])
def test_without_a_gap_the_rate_is_the_stated_one(stamps):
    assert measured(stamps, stated=Fraction(24)) == Pace(Fraction(24), True, FINE)


def test_frames_an_hour_apart_have_a_rate():
    pace = measured(steady(8, 3600.0), 1.0)
    assert pace == Pace(Fraction(1, 3600), True, 1.0)
    assert pace.between(3600.0, pace.period) is Break.NONE


@pytest.mark.parametrize(("rate", "fraction"), [(29.97, Fraction(2997, 100)), (1 / 86_400, Fraction(1, 86_400))])
def test_a_rate_is_a_fraction_even_if_very_slow(rate, fraction):
    assert as_rate(rate) == fraction


def told(stamps, pace, period=0.0):
    clock = Clock(pace, period)
    return [clock.tell(stamp) for stamp in stamps]


def test_lost_frames_and_pauses_are_told_apart():
    assert told([0.0, 0.04, 0.12, 0.16, 2.0], Pace(Fraction(25))) == [
        (0.0, Break.NONE),
        (0.04, Break.NONE),
        (0.12, Break.LOST),
        (0.16, Break.NONE),
        (2.0, Break.PAUSE),
    ]


@pytest.mark.parametrize("tick", [0.04, 0.02, 0.013, MILLI])
def test_one_lost_frame_is_told_however_coarse_the_stamps_are(tick):
    stamps = np.round(np.delete(steady(60, 0.04), [10]) / tick) * tick
    before = [before for _, before in told(stamps, measured(stamps, tick))]
    assert np.flatnonzero(before).tolist() == [10]
    assert before[10] is Break.LOST


def test_nothing_is_lost_at_a_variable_rate_or_where_fewer_frames_are_wanted():
    assert told([0.0, 0.04, 0.4], Pace(Fraction(25), regular=False))[-1] == (0.4, Break.NONE)
    assert told([0.0, 0.04, 0.12], Pace(Fraction(25)), period=0.1)[-1] == (0.12, Break.NONE)


def test_stamps_that_begin_anew_go_on_after_the_last():
    times = told([5.0, 5.04, 5.08, 5.0, 5.04], Pace(Fraction(25)))
    assert [time for time, _ in times] == pytest.approx([5.0, 5.04, 5.08, 5.12, 5.16])
    assert [before for _, before in times] == [Break.NONE, Break.NONE, Break.NONE, Break.PAUSE, Break.NONE]


def test_frames_without_stamps_follow_the_last():
    assert told([None, None, 0.08, None], Pace(Fraction(25))) == [
        (time, Break.NONE) for time in (0.0, 0.04, 0.08, 0.12)
    ]


def test_nearest_item_is_taken_at_every_moment():
    timed = iter([Timed(0.0, "a"), Timed(0.9, "b"), Timed(1.2, "c"), Timed(3.0, "d")])
    assert list(at_constant_rate(timed, rate=1)) == [Timed(0, "a"), Timed(1, "b"), Timed(2, "c"), Timed(3, "d")]


def test_a_pause_is_not_filled_with_repeats():
    timed = iter([Timed(0.0, "a"), Timed(1.0, "b"), Timed(60.5, "c", Break.PAUSE), Timed(61.0, "d"), Timed(62.0, "e")])
    assert list(at_constant_rate(timed, rate=1)) == [
        Timed(0, "a"),
        Timed(1, "b"),
        Timed(61, "d", Break.PAUSE),
        Timed(62, "e"),
    ]


def stamped(path, stamps, tick):
    """Write numbered grey frames with such time stamps, in units of so many seconds, in Matroska; return the path."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mjpeg", rate=25)
        stream.width, stream.height, stream.pix_fmt, stream.time_base = 32, 32, "yuvj420p", tick
        encoder = stream.codec_context
        encoder.time_base = Fraction(1, 25)
        for number, stamp in enumerate(stamps):
            picture = av.VideoFrame.from_ndarray(np.full((32, 32, 3), 4 * number, np.uint8), "rgb24")
            picture.pts, picture.time_base = number, Fraction(1, 25)
            for packet in stream.encode(picture):
                packet.pts = packet.dts = stamp
                packet.time_base = tick
                container.mux(packet)
    return path


@pytest.mark.parametrize(
    ("rate", "stamps"),
    [
        (2000, [number // 2 for number in range(40)]),
        (2000, [(number + 1) // 2 for number in range(40)]),
        (3000, [number // 3 for number in range(40)]),
        (25, [80 * (number // 2) for number in range(40)]),
    ],
)
def test_frames_that_share_time_stamps_follow_each_other_evenly(tmp_path, rate, stamps):
    path = stamped(tmp_path / "film.mkv", stamps, Fraction(1, 1000))
    facts = read_facts(path)
    assert (facts.pace.frame_rate, facts.pace.regular) == (rate, True)
    assert facts.duration == pytest.approx(40 / rate, abs=0.0011)
    times = [timed.time for timed in timed_frames(path, facts)]
    np.testing.assert_allclose(times, np.arange(40) / rate, atol=0.4 / rate)
    assert [timed.before for timed in timed_frames(path, facts)] == [Break.NONE] * 40


def test_a_stated_rate_is_exact_for_frames_that_share_time_stamps():
    pace = Pace(Fraction(1000), True, MILLI)
    assert pace.shared(Fraction(119, 62), [Fraction(1920)]).frame_rate == 1920
    assert pace.shared(Fraction(119, 62), [Fraction(1900)]).frame_rate == as_rate(Fraction(119_000, 62))


def test_lost_ones_among_frames_that_share_time_stamps_are_a_break(tmp_path):
    stamps = [80 * (number // 2) for number in range(40) if number not in (20, 21)]
    path = stamped(tmp_path / "film.mkv", stamps, Fraction(1, 1000))
    timed = list(timed_frames(path, read_facts(path)))
    assert [index for index, each in enumerate(timed) if each.before is Break.LOST] == [20]
    assert timed[-1].time == pytest.approx(39 * 0.04)


def test_a_longer_film_of_frames_that_share_time_stamps_lasts_as_long_as_they_do(tmp_path):
    path = stamped(tmp_path / "film.mkv", [number // 2 for number in range(40)], Fraction(1, 1000))
    extend(path, tmp_path / "longer.mp4", CopyLast(2), 0.001)
    with av.open(str(tmp_path / "longer.mp4")) as container:
        times = [frame.time for frame in container.decode(video=0)]
    np.testing.assert_allclose(times, np.arange(42) / 2000, atol=1e-4)


@pytest.mark.parametrize(("shown_for", "rate"), [(10, 10), (20, 50), (100, 10)])
def test_a_gif_runs_as_fast_as_viewers_show_it(tmp_path, shown_for, rate):
    pictures = [Image.fromarray(np.full((16, 16), 12 * number, np.uint8)) for number in range(20)]
    path = tmp_path / "clip.gif"
    pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=shown_for)
    info = probe(path)
    assert (info.frame_rate, info.duration) == (rate, pytest.approx(20 / rate))
    window = read_window(path, 3, 2, at=10 / rate)
    assert [frame[0, 0, 0] // 12 for frame in window.frames] == [8, 9, 10, 11, 12]


@pytest.mark.parametrize("suffix", [suffix for suffix in FORMAT if suffix != ".avif" or features.check("avif")])
def test_pictures_without_times_run_as_viewers_show_them(tmp_path, suffix):
    first, *others = [Image.fromarray(frame) for frame in pan(6)]
    path = tmp_path / f"clip{suffix}"
    first.save(path, format=FORMAT[suffix], save_all=True, append_images=others, duration=0)
    assert (probe(path).frame_rate, len(list(decode(path)))) == (10, 6)
    first.save(path, format=FORMAT[suffix], save_all=True, append_images=others, duration=20)
    assert probe(path).frame_rate == 50


@pytest.mark.parametrize("suffix", [suffix for suffix in FORMAT if suffix != ".avif" or features.check("avif")])
def test_pictures_of_ten_milliseconds_run_as_browsers_show_them(tmp_path, suffix):
    first, *others = [Image.fromarray(frame) for frame in pan(6)]
    for shown_for, rate in ((10, 10), (4, 10), (11, 1000 / 11)):
        path = tmp_path / f"{shown_for}{suffix}"
        first.save(path, format=FORMAT[suffix], save_all=True, append_images=others, duration=shown_for)
        assert (float(probe(path).frame_rate), len(list(decode(path)))) == (pytest.approx(rate, rel=0.02), 6)
    path = tmp_path / f"mixed{suffix}"
    first.save(path, format=FORMAT[suffix], save_all=True, append_images=others, duration=[30, 10] * 3)
    assert read_facts(path).duration == pytest.approx(0.12, abs=0.03)


def test_a_gif_of_which_some_frames_state_a_longer_time_keeps_its_times(tmp_path):
    pictures = [Image.fromarray(np.full((16, 16), 12 * number, np.uint8)) for number in range(20)]
    path = tmp_path / "clip.gif"
    pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=[20, 10] * 10)
    assert read_facts(path).duration == pytest.approx(0.3, abs=0.02)
