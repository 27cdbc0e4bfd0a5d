#pragma once
// C for what Swift cannot import: namespace calls, requests with macros or variadics, and the kernel's constants for
// the netlink messages that KernelVerification assembles as bytes.

// <netinet/in.h> must come first: <linux/netfilter.h> pulls <linux/in.h>, which clashes with glibc's.
#include <netinet/in.h>
#include <stdint.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink_log.h>
#include <linux/netfilter/nfnetlink_conntrack.h>

// Each function returns -1 and leaves errno set on failure, as the call it wraps.

/// Moves the calling thread into a fresh network namespace. Needs CAP_SYS_ADMIN.
int dp_unshare_network(void);

/// Moves the calling thread into the network namespace that `descriptor` stands for. Needs CAP_SYS_ADMIN.
int dp_enter_network(int descriptor);

/// Opens a TUN device (raw IP packets, no packet information) called `name` in the calling thread's namespace, made if
/// need be; the descriptor is non-blocking and close-on-exec. The device stays until its namespace ends. ENAMETOOLONG
/// beyond 15 bytes. Needs CAP_NET_ADMIN.
int dp_open_tun(const char *name);

/// Opens a file of no directory, close-on-exec; `name` is for /proc only.
int dp_anonymous_file(const char *name);

/// Opens a raw socket of `family` that takes whole IP packets (IPPROTO_RAW), non-blocking and close-on-exec. Needs
/// CAP_NET_RAW. In C, since <linux/net.h> and glibc disagree about what SOCK_NONBLOCK is.
int dp_open_raw_sender(int family);
