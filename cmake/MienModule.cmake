# SPDX-License-Identifier: Apache-2.0
#
# mien_module(<name> SOURCES ... [TESTS ...] [SHARED_TESTS ...] [DEPENDS ...]
#             [LIBRARIES ...])
#
# One layer of the engine: a static library mien_<name> from SOURCES, linked to
# the modules in DEPENDS and to the third-party LIBRARIES. Each file in TESTS
# becomes a program of its own, run by CTest as <name>/<file>; those in
# SHARED_TESTS read the reference data beside the repository, carry the label
# `shared`, and say "skipped" without it.
#
# mien_test(<ctest name> SOURCES ... [DEPENDS ...] [LIBRARIES ...]
#           [LABELS ...])   one GoogleTest program
# mien_library()            joins all modules into the library that installs

include_guard()

function(mien_target_options target)
  target_compile_features(${target} PUBLIC cxx_std_20)
  # -Wrestrict: GCC 12 sees overlaps in std::string operator+ that are not there
  # (GCC bug 105651).
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion
    $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
    $<$<BOOL:${MIEN_WERROR}>:-Werror>)
  set_target_properties(${target} PROPERTIES
    CXX_EXTENSIONS OFF
    POSITION_INDEPENDENT_CODE ON)
  if(MIEN_SANITIZE)
    target_compile_options(${target} PRIVATE
      -fsanitize=${MIEN_SANITIZE} -fno-omit-frame-pointer
      -fno-sanitize-recover=all)
    target_link_options(${target} PRIVATE -fsanitize=${MIEN_SANITIZE})
  endif()
  if(MIEN_FUZZ)
    target_compile_options(${target} PRIVATE -fsanitize=fuzzer-no-link)
  endif()
endfunction()

function(mien_test test_name)
  if(NOT MIEN_TESTS)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS;LIBRARIES;LABELS" ${ARGN})
  string(REPLACE "/" "_" target ${test_name})
  add_executable(${target} ${ARG_SOURCES})
  mien_target_options(${target})
  list(TRANSFORM ARG_DEPENDS PREPEND mien_)
  target_link_libraries(${target} PRIVATE
    ${ARG_DEPENDS} ${ARG_LIBRARIES} GTest::gtest GTest::gmock GTest::gtest_main)
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR})
  # Only where it is needed: it ties the object to one folder, which keeps a
  # compiler cache from sharing it.
  if("shared" IN_LIST ARG_LABELS)
    target_compile_definitions(${target} PRIVATE
      MIEN_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  endif()
  add_test(NAME ${test_name} COMMAND ${target})
  set_tests_properties(${test_name} PROPERTIES
    LABELS "${ARG_LABELS}"
    SKIP_REGULAR_EXPRESSION "skipped: needs"
    TIMEOUT 600)
endfunction()

function(mien_module name)
  cmake_parse_arguments(ARG "" ""
    "SOURCES;TESTS;SHARED_TESTS;DEPENDS;LIBRARIES" ${ARGN})
  set(target mien_${name})
  add_library(${target} STATIC ${ARG_SOURCES})
  mien_target_options(${target})
  target_include_directories(${target} PUBLIC
    ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/src)
  list(TRANSFORM ARG_DEPENDS PREPEND mien_ OUTPUT_VARIABLE modules)
  target_link_libraries(${target} PUBLIC ${modules} PRIVATE ${ARG_LIBRARIES})
  set_property(GLOBAL APPEND PROPERTY MIEN_MODULES ${target})
  set_property(GLOBAL APPEND PROPERTY MIEN_LIBRARIES ${ARG_LIBRARIES})

  foreach(source ${ARG_TESTS} ${ARG_SHARED_TESTS})
    get_filename_component(stem ${source} NAME_WE)
    set(labels unit)
    if(source IN_LIST ARG_SHARED_TESTS)
      set(labels shared)
    endif()
    mien_test(${name}/${stem}
      SOURCES ${source} DEPENDS ${name} LIBRARIES ${ARG_LIBRARIES}
      LABELS ${labels})
  endforeach()
endfunction()

function(mien_library)
  get_property(modules GLOBAL PROPERTY MIEN_MODULES)
  get_property(libraries GLOBAL PROPERTY MIEN_LIBRARIES)
  list(REMOVE_DUPLICATES libraries)
  add_library(mien STATIC)
  add_library(mien::mien ALIAS mien)
  foreach(module ${modules})
    add_dependencies(mien ${module})
    target_sources(mien PRIVATE $<TARGET_OBJECTS:${module}>)
  endforeach()
  mien_target_options(mien)
  set_target_properties(mien PROPERTIES LINKER_LANGUAGE CXX)
  target_include_directories(mien PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_link_libraries(mien PRIVATE ${libraries})
endfunction()
