#include "CJSON.h"
#include <simdjson.h>
const char *cjson_version(void) { return SIMDJSON_STRINGIFY(SIMDJSON_VERSION); }
