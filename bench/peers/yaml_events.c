/* A bare pass of libyaml over one or more files: every event made and thrown away.   usage: yaml_events FILE... */
#include <stdio.h>
#include <yaml.h>

int main(int argc, char **argv) {
    unsigned long events = 0, bytes = 0;
    for (int i = 1; i < argc; i++) {
        FILE *file = fopen(argv[i], "r");
        yaml_parser_t parser;
        yaml_event_t event;
        int done = 0;
        if (file == NULL || !yaml_parser_initialize(&parser)) return 2;
        yaml_parser_set_input_file(&parser, file);
        while (!done) {
            if (!yaml_parser_parse(&parser, &event)) return 2;
            done = event.type == YAML_STREAM_END_EVENT;
            yaml_event_delete(&event);
            events++;
        }
        bytes += (unsigned long)ftell(file);
        yaml_parser_delete(&parser);
        fclose(file);
    }
    printf("{\"events\": %lu, \"bytes\": %lu}\n", events, bytes);
    return 0;
}
