#define _GNU_SOURCE
#include "CLinuxShims.h"
#include <netinet/in.h>
#include <sys/socket.h>

int dp_open_raw_sender(int family) {
    return socket(family, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_RAW);
}
