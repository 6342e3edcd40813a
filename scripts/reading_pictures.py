"""Pictures of many kinds whose right reading is known, by formula or because they were made from it."""

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import tifffile
from PIL import Image, ImageCms
from reading_files import Known, numbered

ORIENTATION = 0x0112  # the EXIF tag


def make_pictures(folder: Path) -> list[Known]:
    """Write pictures of many kinds; what is transparent is black in the truth."""
    return [Known("Pictures", name, path, truth) for name, path, truth in [*_plain(folder), *_odd(folder)]]


def _plain(folder: Path) -> Iterator[tuple[str, Path, np.ndarray]]:
    picture = numbered(37)
    image, truth = Image.fromarray(picture), picture.astype(float)
    grey = np.asarray(image.convert("L"))
    for name, file, options in (
        ("PNG", "rgb.png", {}),
        ("JPEG, quality 95", "rgb.jpg", {"quality": 95}),
        ("WebP, without loss", "rgb.webp", {"lossless": True}),
        ("TIFF, LZW", "lzw.tif", {"compression": "tiff_lzw"}),
        ("TIFF, JPEG", "jpeg.tif", {"compression": "jpeg", "quality": 95}),
    ):
        image.save(folder / file, **options)
        yield name, folder / file, truth
    for turn in (3, 6, 7):
        for suffix in ("jpg", "png", "tif"):
            path = folder / f"turned_{turn}.{suffix}"
            exif = Image.Exif()
            exif[ORIENTATION] = turn
            image.save(path, exif=exif, quality=95)  # which JPEG alone heeds
            turned = {3: truth[::-1, ::-1], 6: np.rot90(truth, -1), 7: truth.transpose(1, 0, 2)[::-1, ::-1]}[turn]
            yield f"{suffix.upper()}, EXIF orientation {turn}", path, turned
    Image.fromarray(grey).save(folder / "grey.png")
    yield "PNG, grey", folder / "grey.png", np.repeat(grey[..., None], 3, axis=2).astype(float)


def _odd(folder: Path) -> Iterator[tuple[str, Path, np.ndarray]]:
    picture = numbered(37)
    image, truth = Image.fromarray(picture), picture.astype(float)
    grey = np.asarray(image.convert("L"))
    greys = np.repeat(grey[..., None], 3, axis=2).astype(float)
    half = truth * (np.arange(picture.shape[1]) < 32)[None, :, None]
    alpha = np.where(np.arange(picture.shape[1]) < 32, 255, 0)[None, :].repeat(len(picture), axis=0).astype(np.uint8)
    Image.fromarray(np.dstack([picture, alpha])).save(folder / "alpha.png")
    yield "PNG, alpha", folder / "alpha.png", half
    for depth, scale in ((8, 1), (16, 257)):
        coloured = np.where(alpha[..., None] > 0, picture, (255, 0, 255)).astype(np.uint16) * scale
        path = folder / f"trns_{depth}.png"
        path.write_bytes(_png(coloured, depth, (255 * scale, 0, 255 * scale)))
        yield f"PNG, transparent colour, {depth} bits", path, half
    (folder / "deep.png").write_bytes(_png(picture.astype(np.uint16) * 257, 16, None))
    yield "PNG, 16 bits", folder / "deep.png", truth
    Image.fromarray(grey.astype(np.uint16) * 257).save(folder / "deep_grey.png")
    yield "PNG, grey, 16 bits", folder / "deep_grey.png", greys
    image.convert("CMYK").save(folder / "cmyk.jpg", quality=95)
    yield "JPEG, CMYK", folder / "cmyk.jpg", truth
    image.convert("CMYK").save(folder / "cmyk.tif")
    yield "TIFF, CMYK", folder / "cmyk.tif", truth
    image.convert("YCbCr").save(folder / "ycbcr.tif")
    yield "TIFF, YCbCr", folder / "ycbcr.tif", truth
    to_lab = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    lab = ImageCms.profileToProfile(image, *to_lab, outputMode="LAB")
    assert lab is not None
    lab.save(folder / "lab.tif")
    yield "TIFF, Lab", folder / "lab.tif", truth
    for depth, scale in ((8, 1), (16, 257)):
        stored = ((255 - grey).astype(np.uint16) * scale).astype(f"u{depth // 8}")
        tifffile.imwrite(folder / f"white_{depth}.tif", stored, photometric="miniswhite")
        yield f"TIFF, white is zero, {depth} bits", folder / f"white_{depth}.tif", greys


def _png(pixels: np.ndarray, depth: int, transparent: tuple[int, int, int] | None) -> bytes:
    """Write an RGB PNG of 8 or 16 bits (H, W, 3), with a transparent colour if one is given."""
    height, width, _ = pixels.shape
    rows = b"".join(b"\0" + row.astype(f">u{depth // 8}").tobytes() for row in pixels)
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, 2, 0, 0, 0))]
    if transparent is not None:
        chunks.append((b"tRNS", struct.pack(">HHH", *transparent)))
    chunks += [(b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    written = [
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(written)
