#pragma once
// C face of simdjson for ManifestReading: see Sources/CJSON/json.cpp.
#ifdef __cplusplus
extern "C" {
#endif
const char *cjson_version(void);
#ifdef __cplusplus
}
#endif
