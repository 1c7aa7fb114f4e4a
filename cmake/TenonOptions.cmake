# What every target of ours is compiled with. An interface library: flags do not leak into a project that adds Tenon.
add_library(tenon_options INTERFACE)
target_compile_features(tenon_options INTERFACE cxx_std_20)
target_compile_options(tenon_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -fno-math-errno)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # False alarms on std::string at -O3: gcc bugs 105651, 105329.
  target_compile_options(tenon_options INTERFACE -Wno-restrict -Wno-array-bounds -Wno-stringop-overflow
                                                 -Wno-stringop-overread)
endif()
if(TENON_WERROR)
  target_compile_options(tenon_options INTERFACE -Werror)
endif()
if(TENON_SANITIZE)
  target_compile_options(tenon_options INTERFACE -fsanitize=${TENON_SANITIZE} -fno-sanitize-recover=all
                                                 -fno-omit-frame-pointer
                         # Instrumented code gives gcc false alarms.
                         -Wno-maybe-uninitialized)
  target_link_options(tenon_options INTERFACE -fsanitize=${TENON_SANITIZE})
endif()
target_link_libraries(tenon_options INTERFACE OpenMP::OpenMP_CXX)

find_program(TENON_CCACHE ccache)
mark_as_advanced(TENON_CCACHE)
if(TENON_CCACHE AND PROJECT_IS_TOP_LEVEL AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Without this sloppiness ccache does not cache what uses a precompiled header.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      # Another clone of the same sources finds what this one compiled.
      CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${TENON_CCACHE})
  set(CMAKE_CUDA_COMPILER_LAUNCHER ${CMAKE_CXX_COMPILER_LAUNCHER})
endif()

# Every target of ours: options, hidden symbols, position-independent code.
function(tenon_target_defaults target)
  target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:tenon_options>)
  set_target_properties(
    ${target}
    PROPERTIES CXX_STANDARD 20
               CXX_STANDARD_REQUIRED ON
               CXX_EXTENSIONS OFF
               CXX_VISIBILITY_PRESET hidden
               VISIBILITY_INLINES_HIDDEN ON
               POSITION_INDEPENDENT_CODE ON)
endfunction()

# The build tree sees the sources as an installed tree: include/tenon is a link to the source root.
set(TENON_INCLUDE_DIR "${PROJECT_BINARY_DIR}/include")
file(MAKE_DIRECTORY "${TENON_INCLUDE_DIR}")
file(CREATE_LINK "${PROJECT_SOURCE_DIR}" "${TENON_INCLUDE_DIR}/tenon" SYMBOLIC)
