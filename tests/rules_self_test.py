#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The rules catch what they are there to catch."""
import pathlib
import unittest

import files_test
import layering_test

ORDER = ["core", "image", "detect", "engine"]


class Layering(unittest.TestCase):
    def problems(self, path, code):
        return layering_test.layer_problems(pathlib.Path(path), code, ORDER)

    def test_including_a_lower_module_is_fine(self):
        self.assertEqual(
            self.problems("src/detect/nms.cc", '#include "image/warp.h"\n'), [])

    def test_including_a_higher_module_is_a_problem(self):
        self.assertEqual(
            len(self.problems("src/image/warp.cc", '#include "detect/nms.h"\n')),
            1)

    def test_a_public_header_counts_as_its_module(self):
        self.assertEqual(
            len(self.problems("src/image/warp.cc",
                              '#include "mien/recognizer.h"\n')), 1)

    def test_a_library_outside_its_wrapper_is_a_problem(self):
        path = pathlib.Path("src/detect/nms.cc")
        self.assertEqual(len(layering_test.wrapping_problems(
            path, "#include <oneapi/dnnl/dnnl.hpp>\n")), 1)

    def test_a_library_in_a_public_header_is_a_problem(self):
        path = pathlib.Path("include/mien/image.h")
        self.assertGreaterEqual(len(layering_test.wrapping_problems(
            path, "#include <jpeglib.h>\n")), 1)


class Files(unittest.TestCase):
    def problems(self, path, content):
        return files_test.text_problems(pathlib.Path(path), content)

    def test_a_clean_file_is_fine(self):
        self.assertEqual(
            self.problems("a.cc", f"// {files_test.SPDX}\nint x;\n"), [])

    def test_a_missing_licence_line_is_a_problem(self):
        self.assertEqual(len(self.problems("a.cc", "int x;\n")), 1)

    def test_a_host_of_a_registry_is_a_problem(self):
        host = files_test.FORBIDDEN[0]
        self.assertEqual(len(self.problems("a.md", f"see {host}\n")), 1)

    def test_a_large_sample_is_a_problem(self):
        path = pathlib.Path("samples/a.jpg")
        self.assertEqual(len(files_test.size_problems(path, 200 * 1024 + 1)), 1)

    def test_a_vague_name_is_a_problem(self):
        self.assertEqual(
            len(files_test.name_problems(pathlib.Path("src/core/utils.h"))), 1)


if __name__ == "__main__":
    unittest.main()
