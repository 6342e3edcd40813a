"""Lays out the standard split of a data set as two folders of links, train and test; the originals are left alone.

    python scripts/standard_split.py kth KTH/ kth_split
    python scripts/standard_split.py ucf101 UCF-101/ ucf_split --lists ucfTrainTestlist/
    vidpred train kth_split/train data.validation_source=kth_split/test

KTH is split by person, whose number every video or folder of frames has in its name
(person01_boxing_d1_uncomp.avi); UCF101 by the lists that come with it. docs/datasets.md says more.
"""

import argparse
import re
from pathlib import Path

from vidpred.errors import VidpredError
from vidpred.video import find_sources
from vidpred.video.frame_folder import list_frames

NUM_PERSONS = 25


def main() -> None:
    """Find out which video belongs where, then make the links."""
    chosen = read_arguments()
    try:
        if chosen.out.exists():
            raise VidpredError(f"{chosen.out} exists; name a new folder")
        if not chosen.source.is_dir():
            raise VidpredError(f"{chosen.source} is no folder; name the folder of the data set")
        train, test = chosen.split(chosen)
        for side, videos in (("train", train), ("test", test)):
            for video in videos:
                link(video, chosen.out / side / video.relative_to(chosen.source))
            print(f"{chosen.out / side}: {len(videos)} videos")
    except VidpredError as error:
        raise SystemExit(f"standard_split: error: {error}") from None


def read_arguments() -> argparse.Namespace:
    """Read the command line; ``split`` is what finds the videos of both sides."""
    places = argparse.ArgumentParser(add_help=False)
    places.add_argument("source", type=Path, help="folder of the data set, searched recursively")
    places.add_argument("out", type=Path, help="new folder, for train/ and test/")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    data_sets = parser.add_subparsers(required=True, metavar="kth|ucf101")
    kth = data_sets.add_parser("kth", parents=[places], help="split by person")
    kth.add_argument("--train-persons", type=int, default=16, help="1 to N train, the others test (default: 16)")
    kth.set_defaults(split=lambda chosen: split_kth(chosen.source, chosen.train_persons))
    ucf101 = data_sets.add_parser("ucf101", parents=[places], help="split by the official lists")
    ucf101.add_argument("--lists", type=Path, required=True, help="folder of trainlist01.txt, testlist01.txt ...")
    ucf101.add_argument("--split", dest="number", type=int, default=1, help="which official split (default: 1)")
    ucf101.add_argument("--every", type=int, default=1, help="of the tests, the first and every N-th (default: 1)")
    ucf101.set_defaults(split=lambda chosen: split_ucf101(chosen.source, chosen.lists, chosen.number, chosen.every))
    return parser.parse_args()


def split_kth(source: Path, num_to_train_on: int) -> tuple[list[Path], list[Path]]:
    """Return the videos of the persons to train on, and those of the others.

    Raises:
        VidpredError: a video names no person, or a side would be empty.
    """
    persons = {video: _person(video) for video in find_sources(source)}
    train = [video for video, person in persons.items() if person <= num_to_train_on]
    test = [video for video, person in persons.items() if person > num_to_train_on]
    if not train or not test:
        raise VidpredError(
            f"{source} holds {len(train)} videos of persons 1 to {num_to_train_on} and {len(test)} of others, but both "
            f"sides need some; name the folder of all {NUM_PERSONS} persons, or another number as --train-persons"
        )
    return train, test


def _person(video: Path) -> int:
    named = re.match(r"person(\d\d)_", video.name)
    if not named or not 1 <= int(named[1]) <= NUM_PERSONS:
        raise VidpredError(
            f"{video} is not named after a person from 01 to {NUM_PERSONS}, as person01_boxing_d1_uncomp.avi is; "
            "rename it or take it away"
        )
    return int(named[1])


def split_ucf101(source: Path, lists: Path, number: int, every: int) -> tuple[list[Path], list[Path]]:
    """Return the videos on the official training list, and those on the test list, in their order.

    Names are compared without regard to case and suffix: HandStandPushups is written in two ways, and
    folders of frames serve as well as files.

    Raises:
        VidpredError: a list or a video is missing, or ``every`` is below 1.
    """
    if every < 1:
        raise VidpredError(f"--every is {every}, but must be at least 1; give 10 for every tenth test video")
    videos = {video.stem.lower(): video for video in find_sources(source)}
    train, test = (_listed(lists / f"{side}list{number:02d}.txt", videos, source) for side in ("train", "test"))
    return train, test[::every]


def _listed(path: Path, videos: dict[str, Path], source: Path) -> list[Path]:
    try:
        names = [line.split()[0] for line in path.read_text().splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise VidpredError(
            f"the list {path} cannot be read ({getattr(error, 'strerror', None) or 'it is no text'}); "
            "give the folder of UCF101's lists as --lists"
        ) from None
    missing = [name for name in names if Path(name).stem.lower() not in videos]
    if missing or not names:
        raise VidpredError(
            f"of the {len(names)} videos that {path} lists, {len(missing)} are not in {source}"
            f"{', such as ' + missing[0] if missing else ''}; name the folder of all of UCF101"
        )
    return [videos[Path(name).stem.lower()] for name in names]


def link(video: Path, place: Path) -> None:
    """Make ``place`` a link to a video file, or a folder of links to a folder's frames.

    Raises:
        VidpredError: it cannot be made.
    """
    links = {place / frame.name: frame for frame in list_frames(video)} if video.is_dir() else {place: video}
    try:
        for path, original in links.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.symlink_to(original.resolve())
    except OSError as error:
        raise VidpredError(f"the link {place} cannot be made ({error.strerror}); choose another folder") from None


if __name__ == "__main__":
    main()
