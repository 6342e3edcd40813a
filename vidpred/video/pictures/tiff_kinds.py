"""Names the kinds of TIFF that Pillow would misread, or that are no single picture of 8 or 16 bits."""

from io import BytesIO
from typing import Any

from PIL import TiffImagePlugin

from vidpred.video.pictures.kinds import PictureKindError

EIGHT_BITS = 8
MOST_NAMED = 3  # kinds of numbers that a message lists
SUBFILE_TYPE, WIDTH, BITS, COMPRESSION, PHOTOMETRIC = 254, 256, 258, 259, 262  # tags of TIFF
SAMPLES, PLANES, COLOUR_MAP, EXTRA_SAMPLES, SAMPLE_FORMAT = 277, 284, 320, 338, 339
UNCOMPRESSED, WHITE_IS_ZERO, UNSIGNED, ASSOCIATED, SEPARATE_PLANES = 1, 0, 1, 1, 2  # their values
REDUCED, MASK = 1, 4  # kinds of subfiles that are no pictures of their own
BIG_TIFF, BIG_TIFF_HIGH_BYTE_FIRST = b"+", b"MM\x00+"
OTHER_COMPRESSIONS = {34712: "JPEG 2000", 34887: "LERC", 34933: "PNG", 50002: "JPEG XL"}  # that Pillow does not know
MOST_PAGES = 100
PHOTOMETRICS = {0: "grey", 1: "grey", 2: "RGB", 3: "palette", 5: "CMYK", 6: "YCbCr"}
UNACCEPTED_PHOTOMETRICS = {4: "a mask", 8: "CIELab colours", 9: "ICCLab colours", 10: "ITULab colours"}
DEPTHS = {"grey": (1, 2, 4, 8, 16), "RGB": (8, 16), "palette": (1, 2, 4, 8), "CMYK": (8,), "YCbCr": (8,)}
NUMBERS = {1: "uint", 2: "int", 3: "float"}  # by TIFF's sample format


def check_tiff(content: bytes) -> None:
    """Refuse the kinds of TIFF that Pillow would misread, or that are no single picture of 8 or 16 bits."""
    pages = _pages(content)
    tags = pages[0]
    photometric, depths = tags.get(PHOTOMETRIC, WHITE_IS_ZERO), set(several(tags.get(BITS, 1)))
    numbers = set(several(tags.get(SAMPLE_FORMAT, UNSIGNED)))
    if photometric not in PHOTOMETRICS:
        what = UNACCEPTED_PHOTOMETRICS.get(photometric, f"colours of kind {photometric}")
        raise PictureKindError(f"{what}, but grey, RGB, palette, CMYK or YCbCr is accepted")
    colours = PHOTOMETRICS[photometric]
    if numbers != {UNSIGNED} or len(depths) > 1 or not depths <= set(DEPTHS[colours]):
        names = [f"{NUMBERS.get(number, 'number')}{depth}" for number in sorted(numbers) for depth in sorted(depths)]
        more = [f"{len(names) - MOST_NAMED} more"] if len(names) > MOST_NAMED else []
        accepted = " or ".join(f"uint{depth}" for depth in DEPTHS[colours])
        found = " and ".join(names[:MOST_NAMED] + more)
        raise PictureKindError(f"{colours} of {found}, but {accepted} throughout is accepted")
    if tags.get(PLANES) == SEPARATE_PLANES and tags.get(SAMPLES, 1) > 1:
        if max(depths) > EIGHT_BITS:
            raise PictureKindError("16-bit colours in separate planes")
        if ASSOCIATED in several(tags.get(EXTRA_SAMPLES, ())):
            raise PictureKindError("premultiplied colours in separate planes")
    if colours == "YCbCr" and tags.get(COMPRESSION, UNCOMPRESSED) == UNCOMPRESSED:
        raise PictureKindError("uncompressed YCbCr")
    if (code := tags.get(COMPRESSION, UNCOMPRESSED)) not in TiffImagePlugin.COMPRESSION_INFO:
        raise PictureKindError(f"a TIFF compressed as {OTHER_COMPRESSIONS.get(code, f'kind {code}')}")
    if tags.get(SUBFILE_TYPE, 0) & (REDUCED | MASK):
        raise PictureKindError("a thumbnail or a mask as its first page")
    num_pages = 1 + sum(WIDTH in page and not page.get(SUBFILE_TYPE, 0) & (REDUCED | MASK) for page in pages[1:])
    if num_pages > 1:
        raise PictureKindError(f"{num_pages} pages, not one picture", "save one of them")


def _pages(content: bytes) -> list[TiffImagePlugin.ImageFileDirectory_v2]:
    """Return the tags of the pages of a TIFF, thumbnails and masks among them; of very many, the first."""
    header = content[: 16 if BIG_TIFF in content[2:4] else 8]
    if content.startswith(BIG_TIFF_HIGH_BYTE_FIRST):
        raise PictureKindError("a BigTIFF with the most significant byte first")
    pages: list[TiffImagePlugin.ImageFileDirectory_v2] = []
    offset, seen = TiffImagePlugin.ImageFileDirectory_v2(header).next, {0}
    while not pages or (offset not in seen and len(pages) < MOST_PAGES):
        seen.add(offset)
        page, file = TiffImagePlugin.ImageFileDirectory_v2(header), BytesIO(content)
        file.seek(offset)
        page.load(file)
        pages.append(page)
        offset = page.next
    return pages


def several(value: Any) -> tuple[int, ...]:
    """Return what a tag holds, one number or several, as several."""
    return value if isinstance(value, tuple) else (value,)
