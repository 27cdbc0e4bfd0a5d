/* libpcap's bare read loop: decides nothing.   usage: pcap_loop TRACE [BUFFER BYTES] */
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
    char error[PCAP_ERRBUF_SIZE];
    if (argc < 2) return 2;
    pcap_t *capture;
    if (argc > 2) {
        FILE *file = fopen(argv[1], "r");
        if (file == NULL) return 2;
        setvbuf(file, NULL, _IOFBF, strtoul(argv[2], NULL, 10));
        capture = pcap_fopen_offline(file, error);
    } else {
        capture = pcap_open_offline(argv[1], error);
    }
    if (capture == NULL) {
        fprintf(stderr, "%s\n", error);
        return 2;
    }
    struct pcap_pkthdr *header;
    const u_char *bytes;
    unsigned long packets = 0, length = 0;
    while (pcap_next_ex(capture, &header, &bytes) == 1) {
        packets++;
        length += header->caplen;
    }
    printf("{\"packets\": %lu, \"bytes\": %lu}\n", packets, length);
    return 0;
}
