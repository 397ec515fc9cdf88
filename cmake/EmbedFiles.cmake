# SPDX-License-Identifier: Apache-2.0
#
# cmake -DOUT=<file.cc> -DFILES=<a.html;b.js> -P EmbedFiles.cmake: writes a
# source that holds the files as std::string_view: kAHtml, kBJs
# (apps/server/page_files.h declares them).
set(code "// Written by cmake/EmbedFiles.cmake.\n#include \"page_files.h\"\n")
string(APPEND code "namespace mien::server {\n")
foreach(file ${FILES})
  get_filename_component(name ${file} NAME)
  string(REGEX MATCHALL "[a-z]+" words ${name})
  set(constant k)
  foreach(word ${words})
    string(SUBSTRING ${word} 0 1 first)
    string(TOUPPER ${first} first)
    string(SUBSTRING ${word} 1 -1 rest)
    string(APPEND constant ${first}${rest})
  endforeach()
  file(READ ${file} bytes HEX)
  string(REGEX REPLACE "(..)" "'\\\\x\\1'," bytes "${bytes}")
  string(APPEND code "static constexpr char ${constant}Bytes[] = {${bytes}};\n")
  string(APPEND code "const std::string_view ${constant}(${constant}Bytes, "
                     "sizeof(${constant}Bytes));\n")
endforeach()
string(APPEND code "}  // namespace mien::server\n")
file(WRITE ${OUT} "${code}")
