#include <algorithm>
#include <memory>
#include <set>

#include <minizip/unzip.h>
#include <minizip/zip.h>

#include "tenon/core/check.h"
#include "tenon/core/io/file.h"
#include "tenon/core/io/new_file.h"
#include "tenon/core/io/npy.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/layout.h"

namespace tenon::inline v0 {

namespace {

constexpr std::string_view extension = ".npy";
constexpr uInt io_limit = 1u << 30;

struct CloseUnzip {
  void operator()(void* file) const { unzClose(file); }
};
struct CloseZip {
  void operator()(void* file) const { zipClose(file, nullptr); }
};

[[noreturn]] void bad(const std::string& path, const std::string& what) {
  throw FileError(text(path, ": not a valid npz file: ", what));
}

/// Where the record that ends a zip file begins; npos unless all of it, and its comment, is there: minizip reads what
/// is missing of it as zeros.
size_t end_record(std::string_view file) {
  constexpr size_t size = 22, longest_comment = 0xffff;
  const size_t at = file.rfind("PK\5\6");
  if (at == file.npos || file.size() - at < size || file.size() - at > size + longest_comment) return file.npos;
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(file[at + i]); };
  return file.size() - at - size >= byte(20) + 256u * byte(21) ? at : file.npos;
}

/// The member that the zip stands at. Deflate makes at most 1032 bytes of one, so that a size which the file cannot
/// hold asks for no memory.
Array read_member(unzFile zip, const unz_file_info64& info, uint64_t file_size, const std::string& what) {
  constexpr uint64_t most = 1032;
  if (info.compressed_size > file_size || info.uncompressed_size / most > info.compressed_size) {
    bad(what, text("its size, ", info.uncompressed_size, " bytes, is more than the file holds"));
  }
  if (unzOpenCurrentFile(zip) != UNZ_OK) bad(what, "cannot be opened");
  Array bytes = empty({static_cast<int64_t>(info.uncompressed_size)}, uint8);
  auto* data = static_cast<char*>(bytes.data());
  for (uint64_t done = 0; done < info.uncompressed_size;) {
    const auto ask = static_cast<unsigned>(std::min<uint64_t>(info.uncompressed_size - done, io_limit));
    const int read = unzReadCurrentFile(zip, data + done, ask);
    if (read <= 0) bad(what, text("broken after ", done, " bytes"));
    done += static_cast<uint64_t>(read);
  }
  if (unzCloseCurrentFile(zip) != UNZ_OK) bad(what, "the checksum does not match");
  return detail::parse_npy(bytes, what);
}

void write_part(zipFile zip, const void* data, size_t size, const std::string& path) {
  const auto* bytes = static_cast<const char*>(data);
  for (size_t done = 0; done < size;) {
    const auto part = static_cast<unsigned>(std::min<size_t>(size - done, io_limit));
    TENON_CHECK(zipWriteInFileInZip(zip, bytes + done, part) == ZIP_OK, FileError, path, ": cannot write");
    done += part;
  }
}

void write_members(zipFile zip, const StateDict& arrays, bool compress, const std::string& path) {
  std::set<std::string> written;
  for (const auto& [name, array] : arrays) {
    TENON_CHECK(array.defined() && written.insert(name).second, ValueError, "save_npz: \"", name,
                "\" is undefined or there twice");
    const Array plain = contiguous(array.cpu());
    const std::string header = detail::npy_header(plain);
    const size_t size = static_cast<size_t>(plain.numel()) * size_of(plain.dtype());
    const zip_fileinfo info{};
    const int opened =
        zipOpenNewFileInZip64(zip, (name + std::string(extension)).c_str(), &info, nullptr, 0, nullptr, 0, nullptr,
                              compress ? Z_DEFLATED : 0, Z_DEFAULT_COMPRESSION, size >= 0xffff0000u);
    TENON_CHECK(opened == ZIP_OK, FileError, path, ": cannot write");
    write_part(zip, header.data(), header.size(), path);
    write_part(zip, plain.data(), size, path);
    TENON_CHECK(zipCloseFileInZip(zip) == ZIP_OK, FileError, path, ": cannot write");
  }
}

}  // namespace

StateDict load_npz(const std::string& path) {
  const Array file = map_file(path);
  const std::string_view bytes(static_cast<const char*>(file.data()), static_cast<size_t>(file.numel()));
  const size_t end = end_record(bytes);
  if (end == 0 && bytes.substr(8, 4) == std::string_view("\0\0\0\0", 4))
    return {};  // minizip opens none without members
  const std::unique_ptr<void, CloseUnzip> zip(unzOpen64(path.c_str()));
  unz_global_info64 list{};
  if (end == bytes.npos || !zip || unzGetGlobalInfo64(zip.get(), &list) != UNZ_OK) {
    bad(path, "the list of members at its end is missing: cut short, or no zip file");
  }
  StateDict arrays;
  for (uint64_t i = 0; i < list.number_entry; ++i) {
    const int found = i == 0 ? unzGoToFirstFile(zip.get()) : unzGoToNextFile(zip.get());
    if (found != UNZ_OK) bad(path, text("the list of members breaks off after ", i, " of ", list.number_entry));
    unz_file_info64 info{};
    char buffer[1024] = {};
    if (unzGetCurrentFileInfo64(zip.get(), &info, buffer, sizeof buffer - 1, nullptr, 0, nullptr, 0) != UNZ_OK) {
      bad(path, "the list of members is broken");
    }
    std::string name = buffer;
    if (!name.ends_with(extension)) bad(path, text("member ", name, " is not an npy file"));
    const Array array = read_member(zip.get(), info, bytes.size(), text(path, ": ", name));
    arrays.emplace_back(name.substr(0, name.size() - extension.size()), array);
  }
  return arrays;
}

void save_npz(const std::string& path, const StateDict& arrays, bool compress) {
  detail::NewFile file(path);
  std::unique_ptr<void, CloseZip> zip(zipOpen64(file.name().c_str(), APPEND_STATUS_CREATE));
  TENON_CHECK(zip, FileError, path, ": cannot write");
  write_members(zip.get(), arrays, compress, path);
  TENON_CHECK(zipClose(zip.release(), nullptr) == ZIP_OK, FileError, path, ": cannot write");
  file.replace();
}

}  // namespace tenon::inline v0
