#pragma once
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

// Macros of <argp.h> whose values are other macros or expressions: spelled as functions, which Swift always imports.

/// What a parser answers for a key it doesn't know.
static inline error_t dp_argp_err_unknown(void) { return ARGP_ERR_UNKNOWN; }

/// Neither exit, nor messages, nor rows of argp's own: the caller prints and decides.
static inline unsigned dp_argp_silent(void) { return ARGP_SILENT; }

/// A long help text: usage, what stands before the options, the options, what stands after them.
static inline unsigned dp_argp_help_long(void) { return ARGP_HELP_USAGE | ARGP_HELP_LONG | ARGP_HELP_DOC; }
