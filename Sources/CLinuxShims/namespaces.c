#define _GNU_SOURCE
#include "CLinuxShims.h"
#include <sched.h>
int dp_unshare_network(void) { return unshare(CLONE_NEWNET); }
