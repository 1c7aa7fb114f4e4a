# The CPU kernels in core/cpu/loops, compiled once per instruction-set level: an object library a level.
# tenon_levels(<target> <source>...) adds the objects to the target and tells it which levels there are.
set(TENON_LEVEL_FLAGS_baseline "")
set(TENON_LEVEL_FLAGS_avx2 -march=x86-64-v3)
set(TENON_LEVEL_FLAGS_avx512 -march=x86-64-v4 -mprefer-vector-width=512)

function(tenon_levels target)
  # Random numbers and sequences are the same at every level: no fused multiply-add there.
  set(same ${ARGN})
  list(FILTER same INCLUDE REGEX "(create|random)[^/]*\\.cpp$")
  set_source_files_properties(${same} PROPERTIES COMPILE_OPTIONS -ffp-contract=off)
  foreach(level IN LISTS TENON_LEVELS)
    if(NOT DEFINED TENON_LEVEL_FLAGS_${level})
      message(FATAL_ERROR "TENON_LEVELS: unknown level '${level}' (known: baseline, avx2, avx512)")
    endif()
    set(objects tenon_cpu_${level})
    add_library(${objects} OBJECT ${ARGN})
    tenon_target_defaults(${objects})
    target_include_directories(${objects} PRIVATE "${TENON_INCLUDE_DIR}")
    target_compile_definitions(${objects} PRIVATE TENON_LEVEL=${level})
    target_compile_options(${objects} PRIVATE ${TENON_LEVEL_FLAGS_${level}} $<$<CONFIG:Release,RelWithDebInfo>:-O3>
                                              -fno-exceptions -fno-rtti
                           # Nobody reads the floating-point flags; without this gcc turns no ?: into vectors.
                           -fno-trapping-math)
    target_sources(${target} PRIVATE $<TARGET_OBJECTS:${objects}>)
    target_compile_definitions(${target} PRIVATE TENON_HAS_LEVEL_${level})
    set_property(GLOBAL APPEND PROPERTY TENON_LEVEL_TARGETS ${objects})
  endforeach()
endfunction()
