# cmake --install: the layers' libraries, the public headers, a CMake package and a pkg-config file.
include(CMakePackageConfigHelpers)
get_property(layers GLOBAL PROPERTY TENON_LAYERS)

# Public is every header but those in a folder named cpu, cuda or detail, and those whose first line begins with
# "// Internal". Looked at when they are installed, so that none is forgotten.
set(targets tenon_all)
foreach(layer IN LISTS layers)
  list(APPEND targets tenon_${layer})
  install(
    CODE "
    set(root \"${PROJECT_SOURCE_DIR}\")
    set(include \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_INCLUDEDIR}/tenon\")
    file(GLOB_RECURSE headers RELATIVE \"\${root}\" \"\${root}/${layer}/*.h\")
    list(FILTER headers EXCLUDE REGEX \"/(cpu|cuda|detail)/\")
    foreach(header IN LISTS headers)
      file(STRINGS \"\${root}/\${header}\" first_line LIMIT_COUNT 1)
      if(NOT first_line MATCHES \"^// Internal\")
        get_filename_component(folder \"\${header}\" DIRECTORY)
        file(INSTALL \"\${root}/\${header}\" DESTINATION \"\${include}/\${folder}\")
      endif()
    endforeach()")
endforeach()
file(GLOB umbrellas CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/*.h")
install(FILES ${umbrellas} DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/tenon")

# libtenon.so is found from the tool. oneDNN: what scripts/setup unpacked in the clone goes along with the package, which
# does not need the clone any more; the system's is found by itself; another one where it lies on this machine.
set(onednn_dir "${dnnl_DIR}")
set(library_rpath "")
cmake_path(IS_PREFIX TENON_ONEDNN_DEPS "${dnnl_DIR}" NORMALIZE onednn_of_clone)
if(onednn_of_clone)
  set(onednn_prefix "${CMAKE_INSTALL_LIBDIR}/tenon/onednn")
  install(DIRECTORY "${TENON_ONEDNN_DEPS}/" DESTINATION "${onednn_prefix}")
  cmake_path(RELATIVE_PATH dnnl_DIR BASE_DIRECTORY "${TENON_ONEDNN_DEPS}" OUTPUT_VARIABLE onednn_dir)
  set(onednn_dir "\${PACKAGE_PREFIX_DIR}/${onednn_prefix}/${onednn_dir}")
  set(library_rpath "$ORIGIN/tenon/onednn/lib")
elseif(NOT dnnl_DIR MATCHES "^/usr/lib")
  set(library_rpath $<TARGET_FILE_DIR:DNNL::dnnl>)
endif()
if(TARGET tenon_shared)
  set_target_properties(tenon_shared PROPERTIES INSTALL_RPATH "${library_rpath}")
endif()
if(TARGET tenon_tool)
  set_target_properties(tenon_tool PROPERTIES INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR}")
endif()
if(TARGET tenon_shared)
  list(APPEND targets tenon_shared)
endif()
if(TARGET tenon_tool)
  install(TARGETS tenon_tool)
endif()

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/Tenon")
install(TARGETS ${targets} EXPORT TenonTargets)
install(EXPORT TenonTargets NAMESPACE tenon:: DESTINATION "${package_dir}")
configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/TenonConfig.cmake.in"
                              "${PROJECT_BINARY_DIR}/TenonConfig.cmake" INSTALL_DESTINATION "${package_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/TenonConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/TenonConfig.cmake" "${PROJECT_BINARY_DIR}/TenonConfigVersion.cmake"
        DESTINATION "${package_dir}")

configure_file("${PROJECT_SOURCE_DIR}/cmake/tenon.pc.in" "${PROJECT_BINARY_DIR}/tenon.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/tenon.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
