# tenon::tenon: every layer, static. tenon::shared: the same in one libtenon.so, which the tool and plugins link, so that
# the core and its registries exist once in a process.
get_property(layers GLOBAL PROPERTY TENON_LAYERS)
get_property(level_targets GLOBAL PROPERTY TENON_LEVEL_TARGETS)

add_library(tenon_all INTERFACE)
add_library(tenon::tenon ALIAS tenon_all)
set_target_properties(tenon_all PROPERTIES EXPORT_NAME tenon)

set(objects "")
set(private_libraries "")
foreach(layer IN LISTS layers)
  target_link_libraries(tenon_all INTERFACE tenon_${layer})
  get_target_property(type tenon_${layer} TYPE)
  if(type STREQUAL "STATIC_LIBRARY")
    list(APPEND objects $<TARGET_OBJECTS:tenon_${layer}>)
    get_target_property(libraries tenon_${layer} LINK_LIBRARIES)
    list(APPEND private_libraries ${libraries})
  endif()
endforeach()
foreach(level IN LISTS level_targets)
  list(APPEND objects $<TARGET_OBJECTS:${level}>)
endforeach()

if(objects)
  list(FILTER private_libraries EXCLUDE REGEX "^tenon_|tenon_options")
  list(REMOVE_DUPLICATES private_libraries)
  add_library(tenon_shared SHARED ${objects})
  add_library(tenon::shared ALIAS tenon_shared)
  tenon_target_defaults(tenon_shared)
  target_link_libraries(tenon_shared PRIVATE ${private_libraries})
  target_link_options(tenon_shared PRIVATE -Wl,-Bsymbolic-functions)  # calls within the library are direct
  target_compile_features(tenon_shared INTERFACE cxx_std_20)
  target_include_directories(tenon_shared INTERFACE $<BUILD_INTERFACE:${TENON_INCLUDE_DIR}>
                                                    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  set_target_properties(tenon_shared PROPERTIES OUTPUT_NAME tenon EXPORT_NAME shared LINKER_LANGUAGE CXX
                                                VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR})
endif()
