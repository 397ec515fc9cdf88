#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The Debian packages that building and testing mien needs, in one place.
# docs/dependencies.md says what each library does here.
set -euo pipefail

build_tools=(
  build-essential ca-certificates ccache cmake git ninja-build pkg-config
)
libraries=(
  libboost-dev        # Beast, the server's HTTP; headers only
  libavcodec-dev      # video; the libraries are loaded when one is opened
  libavdevice-dev     # cameras
  libavformat-dev
  libcli11-dev        # command line
  libcurl4-openssl-dev  # model fetch, loaded when it runs
  libdnnl-dev         # convolutions and matrix products
  libfaiss-dev        # approximate search, a module loaded when asked for
  libgif-dev
  libheif-dev         # HEIC and AVIF
  libjpeg-dev         # libjpeg-turbo
  libonnx-dev         # ONNX files
  libpng-dev
  libprotobuf-dev
  libsqlcipher0       # encrypted galleries, loaded when one is opened
  libsqlite3-dev      # galleries
  libssl-dev          # SHA-256
  libswscale-dev
  libtiff-dev
  libwebp-dev
  nlohmann-json3-dev
  protobuf-compiler
  zlib1g-dev          # CRC-32
)
test_tools=(
  clang-format-14 libgmock-dev libgtest-dev python3
)
training=(
  libgloo-dev           # what c10d's headers include
  libopenblas0-pthread  # libtorch's matrix products; Debian's default is slow
  libtorch-dev
)

usage() {
  cat <<'HELP'
Installs the Debian packages that mien is built and tested with.
Says nothing when they are all there.

usage: scripts/install_packages.sh [--with-training] [--list] [--help]

  --with-training   those of the trainer as well (libtorch, 500 MB)
  --list            print the packages, one a line, and install nothing
HELP
}

missing_packages() {
  local package
  for package in "${packages[@]}"; do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null |
      grep -qx installed || echo "$package"
  done
}

as_root() {
  if [[ $(id -u) -eq 0 ]]; then
    env DEBIAN_FRONTEND=noninteractive "$@"
  elif command -v sudo >/dev/null; then
    sudo env DEBIAN_FRONTEND=noninteractive "$@"
  else
    echo "these packages are missing; install them as root, or install sudo:" >&2
    echo "  apt-get install ${missing[*]}" >&2
    exit 1
  fi
}

packages=("${build_tools[@]}" "${libraries[@]}" "${test_tools[@]}")
list=no
for argument in "$@"; do
  case "$argument" in
    --help|-h) usage; exit 0 ;;
    --list) list=yes ;;
    --with-training) packages+=("${training[@]}") ;;
    *) usage >&2; exit 2 ;;
  esac
done
if [[ $list == yes ]]; then
  printf '%s\n' "${packages[@]}"
  exit 0
fi

if ! command -v dpkg-query >/dev/null; then
  echo "not a Debian system; it needs what these packages hold:" >&2
  printf '  %s\n' "${packages[@]}" >&2
  exit 1
fi
mapfile -t missing < <(missing_packages)
if [[ ${#missing[@]} -eq 0 ]]; then
  exit 0
fi

echo "installing ${#missing[@]} Debian packages: ${missing[*]}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { as_root apt-get -qq update &&
       as_root apt-get -qq -y install --no-install-recommends \
         "${missing[@]}"; } >"$log" 2>&1; then
  cat "$log" >&2
  exit 1
fi
