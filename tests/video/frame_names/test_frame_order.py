"""The order of pictures by their names, and where one does not go on from another."""

import re
import warnings
from datetime import date, datetime, timedelta
from itertools import chain
from pathlib import Path
from random import Random
from uuid import UUID

import pytest

from vidpred.errors import Note
from vidpred.video.frame_folder import list_frames
from vidpred.video.frame_names.order import order_frames


def days(form, first, number, step=1):
    return [f"{first + timedelta(step * index):{form}}" for index in range(number)]


def moments(form, first, number, seconds=2):
    return [f"{first + timedelta(seconds=seconds * index):{form}}" for index in range(number)]


def twelve_hours(form, first, number, seconds=2, zero=""):
    """Write times as 1.00.02 pm where ``form`` has {clock}; ``zero`` comes before hours of one digit."""
    times = [first + timedelta(seconds=seconds * index) for index in range(number)]
    clocks = [
        f"{zero if 0 < t.hour % 12 < 10 else ''}{t.hour % 12 or 12}{t:.%M.%S} {'ap'[t.hour // 12]}m" for t in times
    ]
    return [f"{time:{form}}".replace("CLOCK", clock) for time, clock in zip(times, clocks, strict=True)]


def timecodes(form, first, number, rate=25, step=1):
    """Write the numbers of frames since midnight as hours, minutes, seconds and frames."""
    counted = range(first, first + number * step, step)
    return [form.format(*(n // rate // 3600, n // rate // 60 % 60, n // rate % 60, n % rate)) for n in counted]


def dropping(form, first, number):
    """Write timecodes of 29.97 frames per second, which leave out 00 and 01 at the start of most minutes."""
    codes = timecodes(form, first, number, 30)
    return [code for code in codes if not (re.search(r".00.0[01]$", code) and not re.search(r".\d0.00.0[01]$", code))]


NOON = datetime(2024, 1, 31, 12, 59, 40)
MIDNIGHT = datetime(2024, 1, 31, 23, 59, 50)
MORNING = datetime(2024, 1, 31, 8, 30)
ONE_SEQUENCE = {
    "hours and minutes": [f"{m // 60}h{m % 60:02}" for m in range(545, 665, 5)],
    "hours and minutes after a word": [f"cam_{m // 60}h{m % 60:02}" for m in range(590, 610)],
    "hours and minutes in words": [f"{m // 60} Uhr {m % 60:02}" for m in range(545, 665, 5)],
    "hours and minutes with a letter that looks like a colon": [f"{m // 60}\ua789{m % 60:02}" for m in range(590, 610)],
    "hours-minutes": moments("%H-%M", MORNING, 24, 300),
    "hours.minutes": [f"{m // 60}.{m % 60:02}" for m in range(545, 665, 5)],
    "clocks of four digits": moments("%H%M", MORNING, 24, 300),
    "days and hours": [f"{hour // 24}d{hour % 24}h" for hour in range(20, 60)],
    "units of several kinds": ["30s", "45s", "1min", "1min15s", "1min30s", "1min45s", "2min"],
    "milliseconds and seconds": [f"t_{n * 100}ms" if n < 10 else f"t_{n / 10:g}s" for n in range(5, 24)],
    "microseconds and milliseconds": [f"{n * 100}\u00b5s" if n < 10 else f"{n / 10:g}ms" for n in range(5, 24)],
    "seconds and minutes": [f"{s}s" if s < 60 else f"{s // 60}m{s % 60:02}s" for s in range(50, 80)],
    "months by name and years of two digits": [f"{date(2023 + n // 12, n % 12 + 1, 1):%b-%y}" for n in range(24)],
    "years of two digits and months by name": [f"{date(2023 + n // 12, n % 12 + 1, 1):%y%b}" for n in range(24)],
    "days and months by name of no year": days("%d%b", date(2024, 1, 25), 40),
    "days and months of no year": days("%d-%m", date(2023, 10, 25), 24),
    "months and days of no year": days("%m.%d", date(2023, 10, 25), 24),
    "weeks": days("map_{:%G-W%V}", date(2023, 11, 27), 12, 7),
    "days of weeks": days("{:%GW%V%u}", date(2020, 12, 24), 16),
    "quarters": [f"{year}-Q{quarter}" for year in (2022, 2023, 2024) for quarter in (1, 2, 3, 4)],
    "minutes and seconds in full": [f"t_{second // 60}min{second % 60:02}sec" for second in range(115, 130)],
    "hours, minutes and seconds in full": [f"{3 + m // 60}hr_{m % 60:02}mins_00s" for m in range(57, 65)],
    "days and hours that are counted": [f"day{hour // 24}_hour{hour % 24}" for hour in range(20, 60)],
    "hours of days in letters": [f"x_d{hour // 24}h{hour % 24}" for hour in range(24, 96, 3)],
    "days of weeks that are counted": [f"week {day // 7} day {day % 7 + 1}" for day in range(7, 28)],
    "days of weeks with letters after": [f"{day // 7}w{day % 7}d" for day in range(70, 91)],
    "hours of days that are counted": [f"day{hour // 24:02}_{hour % 24:02}h" for hour in range(20, 60)],
    "clocks of days that are counted": [f"day {hour // 24} {hour % 24:02}00" for hour in range(24, 72, 2)],
    "minutes without leading zeros after hours": [f"{m // 60}h{m % 60}" for m in range(0, 150, 5)],
    "clocks of three and four digits": [f"{m // 60}{m % 60:02}" for m in range(540, 660, 10)],
    "quarters before years": [f"Q{n % 4 + 1}_{2019 + n // 4}" for n in range(9)],
    "halves of years": [f"{2019 + n // 2}H{n % 2 + 1}" for n in range(9)],
    "p for a point": [f"t{number / 4:.2f}".replace(".", "p") for number in range(30)],
    "numbers": [f"frame_{number}" for number in range(12)],
    "leading zeros": [f"{number:04}" for number in range(98, 103)],
    "every fifth": [f"{number:04}" for number in range(0, 60, 5)],
    "of one camera": [f"cam_{number:04}" for number in range(12)],
    "of one view without leading zeros": [f"view{number}" for number in range(9, 14)],
    "after a loss": [f"loss{5 - 3 * number % 7}.{number}_step{number}00" for number in range(9)],
    "after two numbers of their own": [f"{17 * number % 23}_{11 * number % 29}_{number:03}" for number in range(9)],
    "before two numbers of their own": [f"{number:03}_{17 * number % 23}_{11 * number % 29}" for number in range(9)],
    "a satellite's, by the day of the year": [
        f"OR_ABI-C13_G16_s{time:%Y%j%H%M%S}4_e{time:%Y%j%H%M}{number * 7 % 60:02}2"
        for number, time in enumerate(datetime(2023, 12, 31, 22, 0, 20) + timedelta(minutes=10 * n) for n in range(30))
    ],
    "days of the year and clocks": moments("%Y%j.%H%M%S", datetime(2023, 12, 31, 23, 58), 12, 30),
    "the first without a number": ["frame", *(f"frame {number}" for number in range(2, 14))],
    "the first without a number, closed up": ["frame", *(f"frame{number}" for number in range(2, 14))],
    "some with a word": [f"{number:04}{'_key' if number % 4 == 0 else ''}" for number in range(13)],
    "one of a burst with a word": [f"burst{number:03}{'_COVER' if number == 5 else ''}" for number in range(12)],
    "microseconds without zeros": [f"{1700000000 + n // 30}.{n % 30 * 33333 + 7}" for n in range(50, 125)],
    "microseconds without zeros after a line": [
        f"f_{1700000000 + n // 30}_{n % 30 * 33333 + 7}" for n in range(50, 125)
    ],
    "nanoseconds without zeros": [f"{1700000000 + n // 30}.{n % 30 * 33333333 + 7}" for n in range(50, 125)],
    "ordinals": ["1st", "2nd", "3rd", "4th", "5th", "6th", "7th"],
    "decimals": [f"{number * 0.25:g}" for number in range(12)],
    "decimals that end in 0": [str(number * 0.25) for number in range(12)],
    "decimals of a fixed length": [f"t={number / 10:.1f}" for number in range(-5, 12)],
    "decimal commas": [f"{number * 0.5:g}".replace(".", ",") for number in range(8)],
    "rounded thirds": [f"{number / 30:.3g}s" for number in range(14)],
    "exponents": [f"{number * 1e-5:g}" for number in range(12)],
    "clock of a camera": ["1305031102.175304", "1305031102.211214", "1305031102.243211", "1305031102.275326"],
    "negative": [str(number) for number in range(-12, 3)],
    "signed": [f"{number:+04d}" for number in range(-12, 3)],
    "signed decimals after =": [f"t={number * 0.5:+.1f}" for number in range(-5, 5)],
    "negative after a letter": [f"frame{number}" for number in range(-12, 3)],
    "negative after _": [f"t_{number}" for number in range(-12, 0)],
    "negative decimals": [f"{number * 0.5:g}" for number in range(-5, 5)],
    "a dash that is no minus": [f"frame-{number}" for number in range(12)],
    "dates": ["2023-12-30", "2023-12-31", "2024-01-01", "2024-01-02"],
    "times of day": [f"12-30-{second}" for second in range(55, 60)] + [f"12-31-{second:02}" for second in range(5)],
    "dates and times": ["IMG_20231231_235958", "IMG_20231231_235959", "IMG_20240101_000000", "IMG_20240101_000001"],
    "a counter beside a date": [f"20240105_{number:06}" for number in range(55, 65)],
    "a version before": [f"v1.2_{number}" for number in range(12)],
    "a number before": [f"shot1.{number}" for number in range(1, 13)],
    "a constant number after": [f"{number}_of_12" for number in range(12)],
    "a time that goes along": [f"frame_{number}_{1000 + 33 * number}ms" for number in range(12)],
    "day first": days("%d-%m-%Y", date(2024, 1, 20), 30),
    "day first, the days of a whole month": days("%d-%m-%Y", date(2024, 1, 20), 31),
    "day first with dots": days("%d.%m.%Y", date(2024, 1, 20), 30),
    "day first with _ and words": days("trip_%d_%m_%Y_garden", date(2023, 12, 20), 30),
    "day first with spaces": days("%d %m %Y", date(2024, 1, 20), 30),
    "day first without zeros": [f"{d[:2].lstrip('0')}{d[2:]}" for d in days("%d-%m-%Y", date(2024, 1, 20), 30)],
    "day first, every week over years": days("%d-%m-%Y", date(2020, 1, 1), 120, 7),
    "day first, two whole years": days("%d-%m-%Y", date(2022, 1, 1), 730),
    "day first and a time": moments("%d-%m-%Y_%H-%M-%S", MIDNIGHT, 20),
    "day first and a time with dots": moments("%d.%m.%Y.%H.%M.%S", MIDNIGHT, 20),
    "month first": days("%m-%d-%Y", date(2024, 1, 20), 30),
    "month first, fields that could be days": days("%m-%d-%Y", date(2024, 1, 2), 11),
    "months": [f"{index % 12 + 1:02}-{2000 + index // 12}" for index in range(30)],
    "months with dots": [f"{index % 12 + 1:02}.{2000 + index // 12}" for index in range(30)],
    "four months over new year": ["11-2023", "12-2023", "01-2024", "02-2024"],
    "screenshots over 1 pm": twelve_hours("screenshot %Y-%m-%d at CLOCK", NOON, 30),
    "screenshots with a narrow space": [
        n.replace(" pm", "\u202fpm") for n in twelve_hours("%Y-%m-%d at CLOCK", NOON, 30)
    ],
    "screenshots over noon": twelve_hours("screenshot %Y-%m-%d at CLOCK", datetime(2024, 1, 31, 11, 59, 40), 30),
    "screenshots over midnight": twelve_hours("screenshot %Y-%m-%d at CLOCK", MIDNIGHT, 30),
    "screenshots of 24 hours over midnight": moments("screenshot %Y-%m-%d at %H.%M.%S", MIDNIGHT, 20),
    "screenshots, day first": twelve_hours("%d-%m-%Y CLOCK", MIDNIGHT, 30),
    "twelve hours with zeros": twelve_hours("CLOCK", NOON, 30, zero="0"),
    "twelve hours with _": [n.replace(".", "_").replace(" ", "_") for n in twelve_hours("CLOCK", NOON, 30)],
    "whole hours": [f"{hour % 12 or 12}{'ap'[hour // 12]}m" for hour in range(24)],
    "months by name": days("%Y-%b-%d", date(2023, 12, 20), 60),
    "months by name, day first": days("img_%d%b%Y", date(2023, 12, 20), 60),
    "months by their whole name": days("%B %d, %Y", date(2023, 8, 20), 60),
    "months by name after weekdays": days("%a %d %b %Y", date(2023, 12, 20), 60),
    "months by name and a time": moments("%d-%b-%Y_%H-%M-%S", MIDNIGHT, 20),
    "months by name without days": days("%b%Y", date(2023, 1, 1), 14, 31),
    "years of two digits, day first": days("%d-%m-%y", date(2023, 12, 20), 60),
    "years of two digits, month first": days("%m.%d.%y", date(2023, 12, 20), 60),
    "years of two digits, month first, over new year": days("%m-%d-%y", date(2023, 12, 25), 12),
    "years of two digits first": days("%y-%m-%d", date(2023, 12, 20), 60),
    "years of two digits over a century": days("%d-%m-%y", date(1999, 12, 20), 60),
    "six digits, day first": days("IMG_%d%m%y", date(2023, 12, 20), 60),
    "six digits, a month by name": days("%d%b%y", date(2023, 12, 20), 60),
    "eight digits, day first": days("%d%m%Y", date(2023, 12, 20), 60),
    "eight digits, month first": days("IMG_%m%d%Y", date(2023, 12, 20), 60),
    "eight digits and a time": moments("%d%m%Y_%H%M%S", MIDNIGHT, 20),
    "six digits that could be days": [f"{number:06}" for number in range(10_101, 10_113)],
    "eight digits that could be days": [f"{number:08}" for number in range(1_011_990, 1_012_010)],
    "clocks that could be days": [f"10-05-{second:02}" for second in range(1, 13)],
    "hexadecimal": [f"{number:02x}" for number in range(30)],
    "hexadecimal of eight digits": [f"{number:08x}" for number in range(0xFF0, 0x1010)],
    "every fifth, hexadecimal": [f"{number:03x}" for number in range(0, 400, 5)],
    "hexadecimal after words": [f"frame_{number:04x}" for number in range(40)],
    "hexadecimal between words": [f"shot 2 {number:02x}h left" for number in range(30)],
    "hexadecimal after 0x": [f"0x{number:02x}" for number in range(30)],
    "hexadecimal without leading zeros": [f"{number:x}" for number in range(40)],
    "hexadecimal after words without leading zeros": [f"0x{number:x}" for number in range(250, 300)],
    "thousands with commas": [f"{number:,}" for number in range(995, 1010)],
    "thousands with points": [f"frame {number:,}".replace(",", ".") for number in range(0, 3000, 250)],
    "thousands with apostrophes": [f"f_{number:,}".replace(",", "'") for number in range(0, 12_000, 500)],
    "thousands with _": [f"{number:_}" for number in range(995, 1010)],
    "thousands with narrow spaces": [f"{number:,}".replace(",", "\u202f") for number in range(995, 1010)],
    "checksums": [f"{number:04}_{Random(number).randrange(16**8):08x}" for number in range(30)],
    "checksums before": [f"{Random(number).randrange(16**12):012x}-{number}" for number in range(30)],
    "checksums of exported data sets": [
        f"frame{number}_jpg.rf.{Random(number).randrange(16**32):032x}" for number in range(30)
    ],
    "identifiers": [f"{number}_{UUID(int=Random(number).getrandbits(128))}" for number in range(30)],
    "fourteen digits over midnight": moments("%Y%m%d%H%M%S", MIDNIGHT, 20),
    "fourteen digits, day first, over midnight": moments("%d%m%Y%H%M%S", MIDNIGHT, 20),
    "twelve digits over midnight": moments("%y%m%d%H%M%S", MIDNIGHT, 20),
    "twelve digits, day first, over midnight": moments("%d%m%y%H%M%S", MIDNIGHT, 20),
    "numbers of twelve digits": [f"{number:012}" for number in range(10_125_000_050, 10_125_000_070)],
    "six digits of a clock": moments("%H%M%S", NOON, 40),
    "milliseconds after a clock": moments("%H-%M-%S-%f", NOON, 60, 0.04),
    "milliseconds after a date": [f"{t[:-3]}" for t in moments("img_%Y%m%d_%H%M%S_%f", MIDNIGHT, 60, 0.25)],
    "milliseconds of a player": [f"vlcsnap-{t[:-3]}" for t in moments("%Y-%m-%d-%Hh%Mm%Ss%f", MIDNIGHT, 60, 0.25)],
    "nanoseconds of a robot": [f"{1_700_000_000 + n // 10}_{n % 10 * 10**8:09}" for n in range(40)],
    "nanoseconds without leading zeros": [f"{1_700_000_000 + n // 20}_{n % 20 * 5 * 10**7}" for n in range(50)],
    "seconds and milliseconds": [f"{n // 25}s{n % 25 * 40}ms" for n in range(60)],
    "minutes and seconds": [f"clip 1 {n // 60}m{n % 60:02}s" for n in range(50, 200)],
    "timecodes": timecodes("{:02}-{:02}-{:02}-{:02}", 25 * 3590, 400),
    "timecodes with points over a minute": timecodes("{:02}.{:02}.{:02}.{:02}", 24 * 50, 400, 24),
    "timecodes after words": timecodes("reel a_{:02}_{:02}_{:02}_{:02}", 30 * 7, 200, 30),
    "timecodes after a number": timecodes("shot 2 {:02}:{:02}:{:02}:{:02}", 60 * 55, 400, 60),
    "timecodes after a date": timecodes("2024-01-05_{:02}-{:02}-{:02}-{:02}", 25 * 43_199, 90),
    "timecodes without marks": timecodes("{:02}{:02}{:02}{:02}", 25 * 3599, 80),
    "timecodes of clocks without marks": timecodes("img_{:02}{:02}{:02}_{:02}", 25 * 59, 80),
    "every fifth timecode": timecodes("{:02}-{:02}-{:02}-{:02}", 25 * 58, 40, step=5),
    "timecodes with a drop at a minute": dropping("{:02};{:02};{:02};{:02}", 30 * 598, 30 * 65),
    "hundredths of seconds": timecodes("{:02}-{:02}-{:02}_{:02}", 100 * 59, 100, 100, step=4),
    "timecodes with letters": timecodes("{}h{:02}m{:02}s{:02}f", 25 * 3598, 100),
    "seconds and frames with letters": [f"take 1 {n // 25}s{n % 25}f" for n in range(200)],
    "eight digits that could be timecodes": [f"{number:08}" for number in range(10_050, 10_075)],
    "copies of a browser": ["img", *(f"img ({number})" for number in range(1, 12))],
    "copies of a system": ["shot 2024 - copy", *(f"shot 2024 - copy ({number})" for number in range(2, 8))],
    "days of eight digits": days("%Y%m%d", date(2024, 1, 29), 60),
    "days of the year": days("ice_%Y%j", date(2023, 12, 20), 30),
    "months of six digits": [f"{2022 + n // 12}{n % 12 + 1:02}" for n in range(30)],
    "months after a station": [f"st7_{2022 + n // 12}-{n % 12 + 1:02}" for n in range(30)],
    "hours of ten digits": moments("%Y%m%d%H", MIDNIGHT, 60, 3600),
    "hours after a day": moments("%Y%m%d_%H", MIDNIGHT, 60, 3 * 3600),
    "radar, every five minutes": moments("radar_%Y%m%d_%H%M", datetime(2024, 2, 28, 21, 5), 80, 300),
    "minutes with marks": moments("%Y-%m-%d %H:%M", datetime(2024, 2, 28, 21, 5), 80, 300),
    "minutes of ten digits": moments("%y%m%d%H%M", MIDNIGHT, 80, 600),
    "minutes of eight digits": moments("%m%d%H%M", MIDNIGHT, 80, 600),
    "minutes of days of the year": moments("a%Y%j.%H%M", MIDNIGHT, 80, 600),
    "counted on from a day": [f"{20240101 + number}" for number in range(99)],
    "signs after a letter": [f"z{number:+d}" for number in range(-5, 10)],
    "filled up with spaces": [f"{number:4d}" for number in range(95, 105)],
    "filled up with spaces after words": [f"frame{number:3d}" for number in range(12)],
    "filled up with lines": [f"shot 2 {number:_>4}" for number in range(12)],
    "decimals filled up with spaces": [f"t={number / 4:6.2f}" for number in range(36, 44)],
    "negative numbers filled up with spaces": [f"x{number:+4d}" for number in range(-12, 12)],
    "spaces of two kinds": [f"frame\u00a0{number}" if number % 3 else f"frame {number}" for number in range(12)],
    "letters with accents of two forms": [
        ("e\u0301" if number % 3 else "\u00e9") + str(number) for number in range(12)
    ],
    "digits of other scripts": ["\u0667", "\u0668", "\u0669", "\u0661\u0660"],
}
SEVERAL_SEQUENCES = {
    "numbers of three and four digits that are no clocks": [["930", "940", "950"], ["980", "990", "1000"]],
    "samples of machines": [[f"m{machine}_s{number}" for number in range(1, 9)] for machine in (1, 2)],
    "views whose letters could be points": [[f"{view}p{number}" for number in range(12)] for view in (1, 2)],
    "shots of sixty frames": [[f"{shot}_{number:02}" for number in range(60)] for shot in (1, 2, 3)],
    "letters": [[f"{letter}_{number:03}" for number in range(5)] for letter in "ab"],
    "cameras": [[f"cam{camera}_{number:03}" for number in range(5)] for camera in (1, 2, 10)],
    "exposures in turn": [
        [f"{number:03}_long" for number in range(0, 9, 2)],
        [f"{n:03}_short" for n in range(1, 9, 2)],
    ],
    "shots that count on": [[f"{number:03}_a" for number in range(9)], [f"{number:03}_b" for number in range(9, 13)]],
    "channels after": [[f"exp_t{number:02}_ch{channel:02}" for number in range(5)] for channel in (0, 1)],
    "cameras after numbers of their own": [
        [f"cam{camera}_{17 * number % 23}_{number:03}" for number in range(9)] for camera in (1, 2)
    ],
    "cameras after": [[f"{number:03}_cam{camera}" for number in range(5)] for camera in (1, 2)],
    "shots": [[f"shot{shot}.{number:04}" for number in range(1, 5)] for shot in (1, 2)],
    "shots without leading zeros": [[f"{shot}.{number}" for number in range(12)] for shot in (1, 2)],
    "frames with a time of each shot": [[f"s{shot}_{n}_{900 + 7 * n}" for n in range(5)] for shot in (1, 2)],
    "shots whose frames could be years": [[f"0{shot}_{number}" for number in range(1995, 2010)] for shot in (1, 2, 3)],
    "takes whose frames could be years": [[f"01_0{take}_{n}" for n in range(1995, 2010)] for take in (1, 2)],
    "negative numbers before what could be years": [[f"frame_{n}_{1995 + n}" for n in range(-5, 0)]],
    "cameras that could be hexadecimal": [[f"{camera}{number}" for number in range(5)] for camera in "abf"],
    "views that could be hexadecimal": [[f"{number}{view}" for number in range(1, 9)] for view in "ab"],
    "views with letters after numbers": [[f"{number}" for number in range(1, 20)], [f"{n}b" for n in range(1, 20)]],
    "takes that could be thousands": [[f"{take}_{n:03}" for n in range(100, 110)] for take in (1, 2)],
    "cameras and bursts that could be milliseconds": [[f"20240105_1230{s}_{n:03}" for n in range(9)] for s in (10, 11)],
    "cameras that could be hours": [[f"{camera}m_{number}s" for number in range(10)] for camera in (1, 2)],
    "cameras day by day": [days(f"cam{camera}_%d-%m-%Y", date(2024, 1, 20), 30) for camera in (1, 2)],
    "gap among timecodes": [
        timecodes("{:02}-{:02}-{:02}-{:02}", 25 * 59, 60),
        timecodes("{:02}-{:02}-{:02}-{:02}", 25 * 80, 60),
    ],
    "takes with timecodes": [timecodes(f"take{t}_" + "{:02}-{:02}-{:02}-{:02}", 25 * 59, 60) for t in (1, 2)],
    "scenes that could be timecodes": [[f"01-02-0{take}-{n:02}" for n in range(1, 20)] for take in (1, 2, 3)],
    "gap among days of six digits": [days("%d%m%y", date(2024, 1, 28), 9), days("%d%m%y", date(2024, 3, 20), 5)],
    "gaps among numbers that could be days": [["010125", "010126", "010127"], ["010225", "010226"]],
    "views that could be weekdays": [days(f"{view}_%d%b%Y", date(2024, 1, 30), 5) for view in ("mon", "sun")],
    "gap among days": [days("%d-%m-%Y", date(2024, 1, 28), 9), days("%d-%m-%Y", date(2024, 3, 20), 5)],
    "gap among radar pictures": [
        moments("%Y%m%d_%H%M", datetime(2024, 1, 31, 23, 0), 30, 300),
        moments("%Y%m%d_%H%M", datetime(2024, 2, 1, 5, 0), 30, 300),
    ],
    "frames of each day": [[f"2024010{day}_{number:04}" for number in range(1, 40)] for day in (1, 2, 3)],
    "one space or two": [[f"a {number}" for number in range(9)], [f"a  {number}" for number in range(20, 29)]],
    "copies of two pictures": [["a", "a (1)", "a (2)"], ["b", "b (1)", "b (2)"]],
    "copies of some frames": [["0001", "0002", "0003"], ["0002 (1)"]],
    "gap": [["1", "2", "3"], ["7", "8", "9"]],
    "gap among every fifth": [["0", "5", "10", "15"], ["25", "30"]],
    "gap among decimals": [["0", "0.25", "0.5"], ["2", "2.25"]],
    "many gaps": [["0", "1", "2"], ["7"], ["14"], ["23"]],
    "gap on an unsteady clock": [["0.1", "1.13", "1.96", "3.07"], ["9.2", "10.22"]],
    "gap from negative": [["-3", "-2", "-1"], ["3", "4", "5"]],
}


def shuffled(names):
    paths = [Path(f"{name}.png") for name in names]
    Random(0).shuffle(paths)
    return paths


@pytest.mark.parametrize("kind", ONE_SEQUENCE)
def test_names_of_one_sequence_come_in_the_order_of_time(kind):
    names = ONE_SEQUENCE[kind]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        frames = order_frames(shuffled(names))
    assert [frame.path.stem for frame in frames] == names
    assert [frame.continues for frame in frames] == [False] + [True] * (len(names) - 1)


@pytest.mark.parametrize("kind", SEVERAL_SEQUENCES)
@pytest.mark.filterwarnings("ignore::vidpred.errors.Note")  # that a date can be read in two ways
def test_no_sequence_goes_on_from_another(kind):
    sequences = SEVERAL_SEQUENCES[kind]
    names = list(chain(*sequences))
    frames = order_frames(shuffled(names))
    assert [frame.path.stem for frame in frames] == names
    assert [frame.continues for frame in frames] == [index > 0 for names in sequences for index in range(len(names))]


def test_days_come_in_order_however_many_are_missing():
    names = ["20-01-2024", "22-01-2024", "24-01-2024", "21-02-2024", "23-02-2024", "07-05-2024", "01-01-2025"]
    assert [frame.path.stem for frame in order_frames(shuffled(names))] == names


def test_months_come_in_order_however_many_are_missing():
    months = [0, 3, 4, 9, 25, 26, 40, 41, 47, 60, 62, 75, 90, 91, 99, 120, 133, 134, 150, 155, 170, 171, 190, 204, 205]
    names = [f"{index % 12 + 1:02}-{2000 + index // 12}" for index in months]
    assert [frame.path.stem for frame in order_frames(shuffled(names))] == names


def test_days_of_months_by_name_come_in_order_however_many_are_missing():
    names = ["20Jan2024", "22Jan2024", "24Jan2024", "21Feb2024", "23Feb2024", "07May2024", "01Apr2025"]
    assert [frame.path.stem for frame in order_frames(shuffled(names))] == names


@pytest.mark.parametrize("names", [["010224", "020224", "030225"], ["31-Feb-2024", "32-Feb-2024", "33-Feb-2024"]])
def test_what_could_be_days_but_does_not_follow_better_so_stays_numbers(names):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert [frame.path.stem for frame in order_frames(shuffled(names))] == names


@pytest.mark.parametrize(("scenes", "shots"), [(3, 2), (12, 5), (20, 3), (31, 4)])
@pytest.mark.parametrize("form", ["{}-{}", "{:02}-{:02}", "shot {:02}_{:02}", "{}.{}"])
def test_scenes_and_shots_are_no_days_and_months(form, scenes, shots):
    names = [form.format(scene, shot) for scene in range(1, scenes + 1) for shot in range(1, shots + 1)]
    assert [frame.path.stem for frame in order_frames(shuffled(names))] == names


@pytest.mark.parametrize("names", [["24Apr", "01May"], ["Sep-28", "Oct-05"]])
def test_numbers_that_leap_beside_months_are_days(names):
    assert [frame.path.stem for frame in order_frames(shuffled(names))] == names


def test_hours_come_in_order_however_uneven_they_are():
    names = ["11.50.00 am", "12.20.00 pm", "1.05.00 pm", "10.00.00 pm", "11.59.00 pm"]
    assert [frame.path.stem for frame in order_frames(shuffled(names))] == names


AMBIGUOUS = ["03-01-2024", "05-01-2024", "01-02-2024", "04-02-2024"]  # by day first


def test_where_days_could_be_months_it_is_said_what_was_taken():
    paths = [Path("walk", f"{name}.png") for name in sorted(AMBIGUOUS)]
    with pytest.warns(Note, match=r"folder walk can .* are taken as day-month-year; .* year-month-day"):
        frames = order_frames(paths)
    assert [frame.path.stem for frame in frames] == AMBIGUOUS
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        order_frames(paths)  # which is said once


def test_nothing_is_said_where_both_ways_give_one_order():
    names = [f"{day:02}-01-2024_{number}" for day in (1, 2, 5) for number in range(4)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert [frame.path.stem for frame in order_frames(shuffled(names))] == names


def test_what_is_no_day_is_read_as_numbers():
    names = ["30-02-2024", "31-02-2024", "32-02-2024"]
    assert [frame.path.stem for frame in order_frames(shuffled(names))] == names


def test_suffix_and_case_make_no_sequence():
    frames = order_frames([Path("F2.JPG"), Path("f3.png"), Path("f1.png")])
    assert [frame.path.name for frame in frames] == ["f1.png", "F2.JPG", "f3.png"]
    assert [frame.continues for frame in frames] == [False, True, True]


def test_pictures_of_one_number_are_told_by_their_place():
    frames = order_frames([Path("1.png"), Path("2.png"), Path("1.jpg"), Path("2.jpg")])
    assert [frame.number for frame in frames] == [1, 1, 2, 2]
    assert len({frame.sequence for frame in frames}) == 1


@pytest.mark.parametrize(
    "name",
    ["1²2", "1e+99999999999", "9" * 200, "1.2.3.4.5", "--1", "-", "²1", "99-99-99", "1,,2", "0pm", "1-1-1900-1pm"],
)
def test_odd_names_have_a_place(name):
    digits = any(letter.isdecimal() for letter in name)
    paths = [Path("0001.png"), *([Path(f"{name}.png")] if digits else [])]
    assert {frame.path for frame in order_frames(paths)} == set(paths)


def test_a_number_without_a_digit_counts_where_all_are_hexadecimal(tmp_path):
    for number in range(20):
        (tmp_path / f"frame_{number:x}.png").touch()
    assert [path.stem for path in list_frames(tmp_path)] == [f"frame_{number:x}" for number in range(20)]
    (tmp_path / "cover.png").touch()
    assert "frame_a" not in [path.stem for path in list_frames(tmp_path)]


def test_of_copies_the_picture_without_a_number_is_the_first(tmp_path):
    for name in ["img.png", "img (2).png", "img (1).png"]:
        (tmp_path / name).touch()
    assert [path.name for path in list_frames(tmp_path)] == ["img.png", "img (1).png", "img (2).png"]
    (tmp_path / "cover.png").touch()  # with which img could be one, too
    assert [path.name for path in list_frames(tmp_path)] == ["img (1).png", "img (2).png"]


def test_no_pictures_have_no_order():
    assert order_frames([]) == []
