# CUDA::cublasLt does not know the vendor's wheels: this looks there too. Of the toolkit's major version.
# Sets CublasLt_FOUND, CublasLt_LIBRARY, CublasLt_INCLUDE_DIR; makes the target tenon_cublaslt.
find_path(CublasLt_INCLUDE_DIR cublasLt.h HINTS ${TENON_CUDA_PREFIXES} ${CMAKE_CUDA_TOOLKIT_INCLUDE_DIRECTORIES}
          PATH_SUFFIXES nvidia/cu13/include nvidia/cublas/include include)
find_library(CublasLt_LIBRARY NAMES cublasLt libcublasLt.so.${CUDAToolkit_VERSION_MAJOR}
             HINTS ${TENON_CUDA_PREFIXES} ${CMAKE_CUDA_TOOLKIT_INCLUDE_DIRECTORIES}/..
             PATH_SUFFIXES nvidia/cu13/lib nvidia/cublas/lib lib64 lib)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(CublasLt REQUIRED_VARS CublasLt_LIBRARY CublasLt_INCLUDE_DIR)
mark_as_advanced(CublasLt_LIBRARY CublasLt_INCLUDE_DIR)
if(CublasLt_FOUND AND NOT TARGET tenon_cublaslt)
  add_library(tenon_cublaslt SHARED IMPORTED)
  set_target_properties(tenon_cublaslt PROPERTIES IMPORTED_LOCATION "${CublasLt_LIBRARY}"
                                                  INTERFACE_INCLUDE_DIRECTORIES "${CublasLt_INCLUDE_DIR}")
endif()
