// A backend library that was built with the headers of another version.
extern "C" [[gnu::visibility("default")]] const char* tenon_backend_contract() { return "0.0.1 (stranger)"; }
extern "C" [[gnu::visibility("default")]] const char* tenon_backend(void*) { return "it must not be asked"; }
