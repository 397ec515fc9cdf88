// SPDX-License-Identifier: Apache-2.0
#include "data/embedding_file.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <system_error>

#include "core/check.h"

namespace mien {
namespace {

static_assert(std::endian::native == std::endian::little,
              "the file's values are little-endian");

/// The first bytes of the file, followed by the rows.
struct Header {
  std::array<char, 8> magic = {'m', 'i', 'e', 'n', 'f', '3', '2', '\n'};
  std::uint32_t version = 1;
  std::uint32_t dimension = 0;
  std::array<char, 48> model_id = {};  // ended by zeros
};

static_assert(sizeof(Header) == 64);

constexpr std::uint32_t kMaxDimension = 1U << 16U;

Result<Header> ParseHeader(std::span<const std::byte> bytes) {
  Header header;
  const Header expected;
  if (bytes.size() < sizeof(header)) {
    return Error{ErrorCode::kCorruptData,
                 "has " + std::to_string(bytes.size()) +
                     " bytes; an embedding file has at least 64"};
  }
  std::memcpy(&header, bytes.data(), sizeof(header));
  if (header.magic != expected.magic || header.version != expected.version ||
      header.dimension == 0 || header.dimension > kMaxDimension ||
      header.model_id.back() != '\0') {
    return Error{ErrorCode::kCorruptData,
                 "does not begin like an embedding file of version 1"};
  }
  return header;
}

std::size_t RowBytes(int dimension) {
  return sizeof(float) * static_cast<std::size_t>(dimension);
}

}  // namespace

Result<EmbeddingFile> EmbeddingFile::Open(const std::filesystem::path& path) {
  EmbeddingFile file;
  MIEN_ASSIGN_OR_RETURN(file.bytes_,
                        MapFile(path, std::numeric_limits<std::size_t>::max()));
  const Result<Header> header = ParseHeader(file.bytes_.bytes);
  if (!header) {
    return header.error().WithContext(path.string());
  }
  const auto rows = file.bytes_.bytes.subspan(sizeof(Header));
  file.dimension_ = static_cast<int>(header->dimension);
  file.model_id_ = header->model_id.data();
  if (rows.size() % RowBytes(file.dimension_) != 0) {
    return Error{ErrorCode::kCorruptData,
                 path.string() + ": ends within row " +
                     std::to_string(rows.size() / RowBytes(file.dimension_))};
  }
  file.size_ = rows.size() / RowBytes(file.dimension_);
  file.values_ = reinterpret_cast<const float*>(rows.data());
  return file;
}

Result<EmbeddingFile> OpenTeacher(const ChipDataset& dataset) {
  const std::filesystem::path path = dataset.folder() / kTeacherFile;
  Result<EmbeddingFile> file = EmbeddingFile::Open(path);
  if (!file && file.error().code == ErrorCode::kNotFound) {
    return Error{
        ErrorCode::kNotFound,
        path.string() + ": is not there; `mien prepare --teacher` makes it"};
  }
  if (file && file->size() != dataset.size()) {
    return Error{ErrorCode::kCorruptData,
                 path.string() + ": has " + std::to_string(file->size()) +
                     " rows for " + std::to_string(dataset.size()) +
                     " chips; give the same `mien prepare --teacher` again"};
  }
  return file;
}

Result<EmbeddingFileWriter> EmbeddingFileWriter::Open(
    const std::filesystem::path& path,
    int dimension,
    const std::string& model_id,
    std::size_t max_rows) {
  Header wanted;
  MIEN_CHECK(dimension > 0 && model_id.size() < wanted.model_id.size());
  wanted.dimension = static_cast<std::uint32_t>(dimension);
  std::ranges::copy(model_id, wanted.model_id.begin());
  const auto bytes = std::as_bytes(std::span(&wanted, 1));
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (error || size < bytes.size()) {
    MIEN_ASSIGN_OR_RETURN(AppendFile file, AppendFile::Open(path, 0));
    MIEN_RETURN_IF_ERROR(file.Append(bytes));
    return EmbeddingFileWriter(std::move(file), dimension);
  }
  MIEN_ASSIGN_OR_RETURN(const SharedBytes there,
                        MapFile(path, std::numeric_limits<std::size_t>::max()));
  if (!std::ranges::equal(there.bytes.first(bytes.size()), bytes)) {
    return Error{ErrorCode::kModelMismatch,
                 path.string() + ": holds embeddings of another network than " +
                     model_id + "; remove it first"};
  }
  const std::size_t rows = std::min(
      (there.bytes.size() - bytes.size()) / RowBytes(dimension), max_rows);
  MIEN_ASSIGN_OR_RETURN(
      AppendFile file,
      AppendFile::Open(path, bytes.size() + rows * RowBytes(dimension)));
  return EmbeddingFileWriter(std::move(file), dimension);
}

std::size_t EmbeddingFileWriter::size() const {
  return (file_.size() - sizeof(Header)) / RowBytes(dimension_);
}

Result<void> EmbeddingFileWriter::Append(std::span<const float> row) {
  MIEN_CHECK(row.size() == static_cast<std::size_t>(dimension_));
  return file_.Append(std::as_bytes(row));
}

}  // namespace mien
