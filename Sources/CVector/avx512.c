#include "CVector.h"
void dp_classify_avx512(const dp_tables *tables, const dp_batch *batch) { (void)tables; (void)batch; }
