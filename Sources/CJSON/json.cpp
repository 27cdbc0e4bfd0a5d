// Walks simdjson's On-Demand values and passes them on as events (simdjson 3.0, doc/basics.md and doc/iterate_many.md).
//
// On-Demand checks the shape of a value as it is walked; what it leaves to the caller (the text of numbers and
// literals) is checked here, so that only RFC 8259 JSON gets through.
#include "CJSON.h"

#include <cstring>
#include <simdjson.h>
#include <string_view>
#include <vector>

using namespace simdjson;

namespace {

constexpr const char *stopped = "stopped by the reader";
constexpr const char *no_container = "expected an object or array";
constexpr const char *too_deep = "values are nested too deeply";

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// RFC 8259 section 6.
bool is_number(std::string_view text) {
    size_t i = 0;
    auto digits = [&] {
        size_t first = i;
        while (i < text.size() && is_digit(text[i])) i++;
        return i > first;
    };
    if (i < text.size() && text[i] == '-') i++;
    if (i < text.size() && text[i] == '0') {
        i++;
    } else if (!digits()) {
        return false;
    }
    if (i < text.size() && text[i] == '.') {
        i++;
        if (!digits()) return false;
    }
    if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
        i++;
        if (i < text.size() && (text[i] == '+' || text[i] == '-')) i++;
        if (!digits()) return false;
    }
    return i == text.size();
}

const char *wording(error_code error) {
    switch (error) {
    case TAPE_ERROR: return "expected a value, ',', ':' or a closing bracket";
    case STRING_ERROR: return "bad escape in a string";
    case UNESCAPED_CHARS: return "a string holds a control character that must be escaped";
    case UNCLOSED_STRING: return "a string is not closed";
    case INCOMPLETE_ARRAY_OR_OBJECT: return "an object or array is not closed";
    case EMPTY: return "unexpected end of input";
    case MEMALLOC: return "out of memory";
    case CAPACITY: return "input too large";
    default: return error_message(error);
    }
}

/// One pass over one buffer. Members return false after noting the problem.
class Walker {
  public:
    Walker(const char *start, unsigned maximum_depth, cjson_sink sink, void *context)
        : start(start), place(start), maximum_depth(maximum_depth), sink(sink), context(context) {}

    const char *problem = nullptr;
    const char *start;
    /// First byte of what is being looked at.
    const char *place;

    /// An event has gone out.
    bool passed_on = false;
    /// The problem was met between values: a bracket, comma, colon or key is wrong.
    bool between_values = false;

    /// `D` is `ondemand::document` or `ondemand::document_reference`.
    template <typename D> bool document(D &source) {
        ondemand::json_type type;
        if (error_code error = source.type().get(type)) return fail(wording(error));
        if (type != ondemand::json_type::object && type != ondemand::json_type::array) return fail(no_container);
        return value(source, 0) && emit(CJSON_VALUE_END);
    }

  private:
    unsigned maximum_depth;
    cjson_sink sink;
    void *context;

    /// `V` is `ondemand::value` inside, else as for `document`.
    template <typename V> bool value(V &&source, unsigned depth) {
        std::string_view token;
        if (error_code error = simdjson_result<std::string_view>(source.raw_json_token()).get(token)) {
            return fail(wording(error));
        }
        place = token.data();
        ondemand::json_type type;
        if (error_code error = source.type().get(type)) return fail(wording(error));
        switch (type) {
        case ondemand::json_type::object: return object(source, depth + 1);
        case ondemand::json_type::array: return array(source, depth + 1);
        case ondemand::json_type::string: return string(source);
        default: return literal(token, type);
        }
    }

    bool fail(const char *what) {
        problem = what;
        return false;
    }

    bool fail_between(error_code error) {
        between_values = true;
        return fail(wording(error));
    }

    bool emit(cjson_event event, std::string_view text = {}) {
        passed_on = true;
        return sink(context, event, static_cast<size_t>(place - start), text.data(), text.size()) || fail(stopped);
    }

    template <typename V> bool object(V &source, unsigned depth) {
        if (depth > maximum_depth) return fail(too_deep);
        ondemand::object fields;
        if (error_code error = source.get_object().get(fields)) return fail_between(error);
        if (!emit(CJSON_OBJECT_BEGIN)) return false;
        for (auto result : fields) {
            ondemand::field field;
            if (error_code error = std::move(result).get(field)) return fail_between(error);
            place = field.key().raw() - 1;
            std::string_view key;
            if (error_code error = field.unescaped_key().get(key)) return fail(wording(error));
            if (!emit(CJSON_KEY, key)) return false;
            if (!value(field.value(), depth)) return false;
        }
        return emit(CJSON_OBJECT_END);
    }

    template <typename V> bool array(V &source, unsigned depth) {
        if (depth > maximum_depth) return fail(too_deep);
        ondemand::array elements;
        if (error_code error = source.get_array().get(elements)) return fail_between(error);
        if (!emit(CJSON_ARRAY_BEGIN)) return false;
        for (auto result : elements) {
            ondemand::value element;
            if (error_code error = std::move(result).get(element)) return fail_between(error);
            if (!value(element, depth)) return false;
        }
        return emit(CJSON_ARRAY_END);
    }

    template <typename V> bool string(V &source) {
        std::string_view text;
        if (error_code error = source.get_string().get(text)) return fail(wording(error));
        return emit(CJSON_STRING, text);
    }

    /// `token` reaches to the next token, so it may end in white space. The value itself stays unread: On-Demand skips
    /// over it by itself, and the text says all that the caller wants.
    bool literal(std::string_view token, ondemand::json_type type) {
        while (!token.empty() && is_space(token.back())) token.remove_suffix(1);
        cjson_event event = CJSON_NUMBER;
        switch (type) {
        case ondemand::json_type::null:
            event = CJSON_NULL;
            if (token != "null") return fail("expected null");
            break;
        case ondemand::json_type::boolean:
            event = CJSON_BOOL;
            if (token != "true" && token != "false") return fail("expected true or false");
            break;
        default:
            if (!is_number(token)) return fail("not a JSON number");
        }
        return emit(event, token);
    }
};

/// Offset of the first byte from `from` on that is not white space; `length` if there is none.
size_t skip_space(const char *bytes, size_t from, size_t length) {
    while (from < length && is_space(bytes[from])) from++;
    return from;
}

/// Where an object or array ends, by its brackets and quotes alone.
struct Extent {
    size_t end;
    const char *problem;
    size_t problem_offset;
};

Extent find_extent(const char *bytes, size_t from, size_t length, unsigned maximum_depth) {
    std::vector<size_t> open;
    if (!memchr("{}[]", bytes[from], 4)) return {from, no_container, from};
    for (size_t i = from; i < length; i++) {
        char c = bytes[i];
        if (c == '"') {
            size_t quote = i++;
            while (i < length && bytes[i] != '"') i += bytes[i] == '\\' ? 2 : 1;
            if (i >= length) return {length, "this string is not closed", quote};
        } else if (c == '{' || c == '[') {
            if (open.size() == maximum_depth) return {i, too_deep, i};
            open.push_back(i);
        } else if (c == '}' || c == ']') {
            if (open.empty()) return {i, "this bracket closes nothing", i};
            if (bytes[open.back()] != (c == '}' ? '{' : '[')) return {i, "this bracket does not match the open one", i};
            open.pop_back();
        }
        if (open.empty()) return {i + 1, nullptr, 0};
    }
    return {length, "this bracket is never closed", open.back()};
}

cjson_result failure(const char *problem, size_t offset) {
    cjson_failure kind = problem == too_deep ? CJSON_TOO_DEEP : problem == stopped ? CJSON_STOPPED : CJSON_NOT_JSON;
    return {problem, offset, kind};
}

/// Reads values one by one, each within its own brackets, so that an error has its exact place and the values before
/// it are passed on.
cjson_result read_apart(
    padded_string_view text, size_t from, unsigned maximum_depth, cjson_sink sink, void *context) {
    ondemand::parser parser;
    while ((from = skip_space(text.data(), from, text.size())) < text.size()) {
        Extent extent = find_extent(text.data(), from, text.size(), maximum_depth);
        if (extent.problem) return failure(extent.problem, extent.problem_offset);
        ondemand::document document;
        size_t readable = text.size() - from + SIMDJSON_PADDING;
        error_code error = parser.iterate(text.data() + from, extent.end - from, readable).get(document);
        if (error) return {wording(error), from, CJSON_NOT_JSON};
        Walker walker(text.data(), maximum_depth, sink, context);
        if (!walker.document(document)) {
            const char *location = nullptr;
            if (walker.between_values && document.current_location().get(location) == SUCCESS) walker.place = location;
            return failure(walker.problem, static_cast<size_t>(walker.place - text.data()));
        }
        from = extent.end;
    }
    return {nullptr, 0, CJSON_FINE};
}

bool ignore(void *, cjson_event, size_t, const char *, size_t) { return true; }

} // namespace

// Most inputs are one value: it is walked straight from simdjson's index of the whole input. What follows it is read
// value by value, and so is an input that the fast way refuses (`iterate_many` would drop an incomplete value at the
// end without a word).
cjson_result cjson_read(
    const char *bytes, size_t length, size_t allocated, unsigned maximum_depth, cjson_sink sink, void *context) {
    bool is_padded = bytes && allocated >= length + SIMDJSON_PADDING;
    padded_string copy = is_padded ? padded_string() : padded_string(bytes, length);
    padded_string_view text = is_padded ? padded_string_view(bytes, length, allocated) : padded_string_view(copy);
    ondemand::parser parser;
    ondemand::document document;
    error_code error = parser.iterate(text.data(), length, length + SIMDJSON_PADDING).get(document);
    if (error == UTF8_ERROR) return {wording(error), 0, CJSON_NOT_UTF8};
    if (error) return read_apart(text, 0, maximum_depth, sink, context);
    Walker walker(text.data(), maximum_depth, sink, context);
    if (walker.document(document)) {
        const char *next = nullptr;
        if (document.current_location().get(next)) return {nullptr, 0, CJSON_FINE};
        return read_apart(text, static_cast<size_t>(next - text.data()), maximum_depth, sink, context);
    }
    if (walker.problem == stopped) return failure(stopped, static_cast<size_t>(walker.place - text.data()));
    if (!walker.passed_on) return read_apart(text, 0, maximum_depth, sink, context);
    // Part of the value was passed on already: read it again for the place alone.
    cjson_result result = read_apart(text, 0, maximum_depth, ignore, nullptr);
    if (!result.problem) result = failure(walker.problem, 0);
    return result;
}
