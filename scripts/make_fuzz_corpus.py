#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the picture decoders' seed inputs to fuzz/corpus/<target>/.

Needs python3-pil, python3-numpy and heif-enc (libheif-examples). Every picture
is six coloured squares drawn here. Run from the root of the repository; the
results are checked in, so this is only needed to add a kind of file.
"""

import io
import pathlib
import struct
import subprocess
import tempfile

import numpy as np
from PIL import Image

CORPUS = pathlib.Path("fuzz/corpus")
COLORS = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (0, 0, 0), (255, 255, 255),
          (255, 255, 0)]


def squares(side):
    """Three by two squares of `side` pixels, RGB."""
    cells = np.array(COLORS, np.uint8).reshape(2, 3, 3)
    return Image.fromarray(cells.repeat(side, 0).repeat(side, 1))


def write(target, name, data):
    folder = CORPUS / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)


def save(target, name, image, **options):
    out = io.BytesIO()
    image.save(out, **options)
    write(target, name, out.getvalue())


def exif_block(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif.tobytes()


def write_jpeg(rgb):
    exif = exif_block(6)
    save("jpeg_fuzz", "rgb", rgb, format="JPEG", quality=60)
    save("jpeg_fuzz", "exif", rgb, format="JPEG", quality=30, exif=exif)
    save("jpeg_fuzz", "grey", rgb.convert("L"), format="JPEG")
    save("jpeg_fuzz", "cmyk", rgb.convert("CMYK"), format="JPEG")
    save("jpeg_fuzz", "progressive", rgb, format="JPEG", progressive=True)


def write_png(rgb):
    save("png_fuzz", "rgb", rgb, format="PNG")
    save("png_fuzz", "exif", rgb, format="PNG", exif=exif_block(8))
    save("png_fuzz", "palette", rgb.quantize(8), format="PNG", transparency=1)
    save("png_fuzz", "grey_alpha", rgb.convert("LA"), format="PNG")
    save("png_fuzz", "bits", rgb.convert("1"), format="PNG")
    wide = Image.fromarray(np.arange(64, dtype=np.uint16).reshape(8, 8) * 999)
    save("png_fuzz", "grey16", wide, format="PNG")


def write_webp(rgb):
    save("webp_fuzz", "lossy", rgb, format="WEBP", quality=50)
    save("webp_fuzz", "lossless", rgb, format="WEBP", lossless=True)
    save("webp_fuzz", "exif", rgb, format="WEBP", exif=exif_block(3))
    clear = rgb.convert("RGBA")
    clear.putalpha(100)
    save("webp_fuzz", "alpha", clear, format="WEBP", quality=50)
    save("webp_fuzz", "animated", rgb, format="WEBP", save_all=True,
         append_images=[rgb.rotate(180)], duration=50)


def write_gif(rgb):
    save("gif_fuzz", "palette", rgb.quantize(8), format="GIF")
    save("gif_fuzz", "transparent", rgb.quantize(4), format="GIF",
         transparency=1)
    save("gif_fuzz", "interlaced", squares(8).quantize(8), format="GIF",
         interlace=1)
    save("gif_fuzz", "animated", rgb, format="GIF", save_all=True,
         append_images=[rgb.rotate(180)], duration=50)


def write_tiff(rgb):
    for compression in ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits",
                        "jpeg"):
        save("tiff_fuzz", compression, rgb, format="TIFF",
             compression=compression)
    save("tiff_fuzz", "group4", rgb.convert("1"), format="TIFF",
         compression="group4")
    save("tiff_fuzz", "cmyk", rgb.convert("CMYK"), format="TIFF")
    save("tiff_fuzz", "palette", rgb.quantize(8), format="TIFF")
    save("tiff_fuzz", "turned", rgb, format="TIFF", tiffinfo={0x0112: 6})
    wide = Image.fromarray(np.arange(64, dtype=np.uint16).reshape(8, 8) * 999)
    save("tiff_fuzz", "grey16", wide, format="TIFF")


def write_bmp(rgb):
    small = squares(1)
    save("bmp_fuzz", "rgb", small, format="BMP")
    save("bmp_fuzz", "palette", small.quantize(8), format="BMP")
    save("bmp_fuzz", "bits", small.convert("1"), format="BMP")
    save("bmp_fuzz", "alpha", small.convert("RGBA"), format="BMP")
    header = struct.pack("<2sIIIIiiHHIIIIII", b"BM", 0, 0, 66, 40, 2, -1, 1, 16,
                         3, 0, 0, 0, 0, 0)
    masks = struct.pack("<III", 0xF800, 0x07E0, 0x001F)
    write("bmp_fuzz", "masks", header + masks + b"\x12\x34\x56\x78")


def write_heif():
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / "squares.png"
        squares(8).save(source)
        for name, options in (("avif", ["-A"]), ("heic", []),
                              ("alpha.avif", ["-A"])):
            image = squares(8)
            if name.startswith("alpha"):
                image.putalpha(128)
            image.save(source)
            target = pathlib.Path(folder) / ("out." + name.split(".")[-1])
            subprocess.run(["heif-enc", *options, "-q", "50", str(source), "-o",
                            str(target)], check=True, capture_output=True)
            write("heif_fuzz", name, target.read_bytes())


def write_exif():
    block = exif_block(6)
    write("exif_fuzz", "prefixed", block)
    write("exif_fuzz", "little_endian", block.removeprefix(b"Exif\0\0"))
    write("exif_fuzz", "big_endian",
          struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, 0x0112, 3, 1, 8, 0, 0))


def main():
    rgb = squares(4)
    for write_kind in (write_jpeg, write_png, write_webp, write_gif,
                       write_tiff, write_bmp):
        write_kind(rgb)
    write_heif()
    write_exif()


if __name__ == "__main__":
    main()
