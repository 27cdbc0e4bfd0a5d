#pragma once
// C for what Swift cannot import: macros, variadics, namespaces.
int dp_unshare_network(void);
