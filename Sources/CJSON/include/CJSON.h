#pragma once
// C face of simdjson (C++17) for ManifestReading: one pass over JSON text, told as events with byte offsets.
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum cjson_event {
    CJSON_NULL,
    CJSON_BOOL,
    CJSON_NUMBER,
    CJSON_STRING,
    CJSON_KEY,
    CJSON_OBJECT_BEGIN,
    CJSON_OBJECT_END,
    CJSON_ARRAY_BEGIN,
    CJSON_ARRAY_END,
    CJSON_VALUE_END, // a top-level value is complete
};

/// Takes one event. `offset` is that of the value's first byte (of the opening quote for strings and keys; 0 for the
/// ends). `text` is the unescaped string or the literal as written, `length` bytes, valid during the call alone; empty
/// for brackets. Returns false to stop.
typedef bool (*cjson_sink)(void *context, enum cjson_event event, size_t offset, const char *text, size_t length);

enum cjson_failure {
    CJSON_FINE,
    CJSON_NOT_JSON,
    CJSON_NOT_UTF8, // somewhere: `offset` says nothing
    CJSON_TOO_DEEP,
    CJSON_STOPPED, // the sink returned false
};

/// How a pass ended.
struct cjson_result {
    /// NULL when everything was read; a static string otherwise.
    const char *problem;
    /// Byte at which the problem was seen.
    size_t offset;
    enum cjson_failure failure;
};

/// Reads the JSON values in `bytes`, one after another with nothing but white space between them. Values nested deeper
/// than `maximum_depth` are a problem. `allocated` bytes may be touched, of which only `length` count: with fewer than
/// 64 behind them the text is copied.
struct cjson_result cjson_read(
    const char *bytes, size_t length, size_t allocated, unsigned maximum_depth, cjson_sink sink, void *context);

#ifdef __cplusplus
}
#endif
