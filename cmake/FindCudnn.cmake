# cuDNN 9, from the system or the vendor's wheels.
# Sets Cudnn_FOUND, Cudnn_VERSION, Cudnn_LIBRARY, Cudnn_INCLUDE_DIR; makes the target tenon_cudnn.
find_path(Cudnn_INCLUDE_DIR cudnn_version.h HINTS ${TENON_CUDA_PREFIXES} ${CMAKE_CUDA_TOOLKIT_INCLUDE_DIRECTORIES}
          PATH_SUFFIXES nvidia/cudnn/include include)
find_library(Cudnn_LIBRARY NAMES libcudnn.so.9 cudnn
             HINTS ${TENON_CUDA_PREFIXES} ${CMAKE_CUDA_TOOLKIT_INCLUDE_DIRECTORIES}/..
             PATH_SUFFIXES nvidia/cudnn/lib lib64 lib)
if(Cudnn_INCLUDE_DIR)
  file(STRINGS "${Cudnn_INCLUDE_DIR}/cudnn_version.h" lines REGEX "^#define CUDNN_(MAJOR|MINOR|PATCHLEVEL) [0-9]+")
  string(REGEX MATCHALL "[0-9]+" numbers "${lines}")
  list(JOIN numbers "." Cudnn_VERSION)
endif()
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Cudnn REQUIRED_VARS Cudnn_LIBRARY Cudnn_INCLUDE_DIR VERSION_VAR Cudnn_VERSION)
mark_as_advanced(Cudnn_LIBRARY Cudnn_INCLUDE_DIR)
if(Cudnn_FOUND AND NOT TARGET tenon_cudnn)
  add_library(tenon_cudnn SHARED IMPORTED)
  set_target_properties(tenon_cudnn PROPERTIES IMPORTED_LOCATION "${Cudnn_LIBRARY}"
                                               INTERFACE_INCLUDE_DIRECTORIES "${Cudnn_INCLUDE_DIR}")
endif()
