"""PNG and TIFF files put together from their bytes, so that the tests know every value that they hold."""

import struct
import zlib

import numpy as np

ADAM7 = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]
SHORT, LONG = 3, 4


def packed(samples: np.ndarray, bits: int, order: str = ">") -> list[bytes]:
    """Return the rows of ``samples`` (H, W, C) in so many bits each."""
    if bits == 16:
        return [row.astype(f"{order}u2").tobytes() for row in samples]
    single = np.unpackbits(samples.astype(np.uint8)[..., None], axis=-1)[..., 8 - bits :]
    return [np.packbits(row.ravel()).tobytes() for row in single]


def png(
    samples: np.ndarray,
    bits: int,
    colour_type: int,
    *,
    transparent: bytes = b"",
    palette: np.ndarray | None = None,
    exif: bytes = b"",
    interlaced: bool = False,
    size: tuple[int, int] | None = None,
    more: list[tuple[bytes, bytes]] | None = None,
) -> bytes:
    """Return a PNG of ``samples`` (H, W, C), its EXIF data after the pixels, that states ``size`` (H, W) if given."""
    passes = [samples[top::down, left::right] for top, left, down, right in ADAM7] if interlaced else [samples]
    rows = b"".join(b"\0" + row for part in passes if part.size for row in packed(part, bits))
    height, width = size or samples.shape[:2]
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colour_type, 0, 0, interlaced)), *(more or [])]
    if palette is not None:
        chunks.append((b"PLTE", palette.astype(np.uint8).tobytes()))
    if transparent:
        chunks.append((b"tRNS", transparent))
    chunks.append((b"IDAT", zlib.compress(rows)))
    if exif:
        chunks.append((b"eXIf", exif))
    chunks.append((b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


def tiff(
    samples: np.ndarray,
    bits: int,
    photometric: int,
    *,
    big_endian: bool = False,
    deflate: bool = False,
    planar: bool = False,
    tags: dict[int, list[int]] | None = None,
    content: bytes | None = None,
) -> bytes:
    """Return a TIFF of ``samples`` (H, W, C) in one strip, or in one strip per plane.

    Args:
        samples: whole numbers.
        bits: of each.
        photometric: what they mean, as TIFF's tag 262 has it.
        big_endian: whether the most significant bytes come first.
        deflate: compress them.
        planar: one channel after the other.
        tags: of 16 bits each, beside the necessary ones and in place of them.
        content: of the strip, where it is not to be made of the samples.
    """
    order = ">" if big_endian else "<"
    height, width, channels = samples.shape
    planes = [samples[..., channel : channel + 1] for channel in range(channels)] if planar else [samples]
    strips = [b"".join(packed(plane, bits, order)) for plane in planes] if content is None else [content]
    strips = [zlib.compress(strip) for strip in strips] if deflate else strips
    shorts = {258: [bits] * channels, 259: [8 if deflate else 1], 262: [photometric], 277: [channels]}
    shorts |= {284: [2 if planar else 1], **(tags or {})}
    longs = {256: [width], 257: [height], 273: [0] * len(strips), 278: [height], 279: list(map(len, strips))}
    entries = sorted([(tag, SHORT, shorts[tag]) for tag in shorts] + [(tag, LONG, longs[tag]) for tag in longs])
    lengths = {SHORT: 2, LONG: 4}
    after = 8 + 2 + 12 * len(entries) + 4
    start = after + sum(size for _, kind, values in entries if (size := lengths[kind] * len(values)) > 4)
    directory, outside = struct.pack(order + "H", len(entries)), b""
    for tag, kind, values in entries:
        if tag == 273:
            values = [start + sum(map(len, strips[:number])) for number in range(len(strips))]
        value = struct.pack(f"{order}{len(values)}{'H' if kind == SHORT else 'I'}", *values)
        if len(value) > 4:
            value, outside = struct.pack(order + "I", after + len(outside)), outside + value
        directory += struct.pack(order + "HHI", tag, kind, len(values)) + value.ljust(4, b"\0")
    header = (b"MM\0*" if big_endian else b"II*\0") + struct.pack(order + "I", 8)
    return header + directory + bytes(4) + outside + b"".join(strips)
