#define _GNU_SOURCE
#include "CLinuxShims.h"
#include <sched.h>
#include <sys/mman.h>

int dp_unshare_network(void) { return unshare(CLONE_NEWNET); }

int dp_enter_network(int descriptor) { return setns(descriptor, CLONE_NEWNET); }

int dp_anonymous_file(const char *name) { return memfd_create(name, MFD_CLOEXEC); }
