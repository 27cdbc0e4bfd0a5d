// A pass of simdjson On-Demand over one file, every value touched.   usage: json_pass FILE
#include <cstdio>
#include <simdjson.h>

static unsigned long touched;

static void touch(simdjson::ondemand::value value) {
    touched++;
    switch (value.type()) {
    case simdjson::ondemand::json_type::array:
        for (auto item : value.get_array()) touch(item.value());
        break;
    case simdjson::ondemand::json_type::object:
        for (auto field : value.get_object()) {
            touched += field.unescaped_key().value().size();
            touch(field.value());
        }
        break;
    case simdjson::ondemand::json_type::string: touched += value.get_string().value().size(); break;
    default: touched += value.raw_json_token().size();
    }
}

int main(int argc, char **argv) {
    if (argc < 2) return 2;
    simdjson::padded_string text;
    if (simdjson::padded_string::load(argv[1]).get(text)) return 2;
    simdjson::ondemand::parser parser;
    simdjson::ondemand::document document = parser.iterate(text);
    simdjson::ondemand::value value = document;
    touch(value);
    std::printf("{\"bytes\": %zu, \"touched\": %lu}\n", text.size(), touched);
    return 0;
}
