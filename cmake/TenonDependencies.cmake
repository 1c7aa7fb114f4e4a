# Third-party packages. None of them appears in a public header.
# scripts/setup puts oneDNN into .deps where the system has none of version 3.
set(TENON_ONEDNN_DEPS "${PROJECT_SOURCE_DIR}/.deps/onednn")
list(APPEND CMAKE_PREFIX_PATH "${TENON_ONEDNN_DEPS}")

find_package(Threads REQUIRED)
find_package(OpenMP REQUIRED COMPONENTS CXX)
find_package(ZLIB REQUIRED)
find_package(dnnl 3 CONFIG QUIET)
if(NOT dnnl_FOUND)
  message(FATAL_ERROR "oneDNN 3 was not found: run scripts/setup, or set dnnl_DIR to the folder of dnnl-config.cmake")
endif()
find_package(yaml-cpp REQUIRED CONFIG)
find_package(fmt REQUIRED CONFIG)
find_package(nlohmann_json REQUIRED CONFIG)
find_path(TENON_STB_INCLUDE stb_image.h PATH_SUFFIXES stb REQUIRED)
find_path(TENON_MINIZIP_INCLUDE minizip/unzip.h REQUIRED)

# yaml-cpp 0.8 renamed its target.
if(TARGET yaml-cpp::yaml-cpp)
  set(TENON_YAML_CPP yaml-cpp::yaml-cpp)
else()
  set(TENON_YAML_CPP yaml-cpp)
endif()
