// SPDX-License-Identifier: Apache-2.0
//
// Included before every C++ file of llama.cpp that compare.sh builds. GCC 12's _tile_loadconfig tells
// the compiler of 8 of the 64 bytes that the instruction reads; the stores of the others are dropped
// as dead, and llama.cpp's AMX code crashes. This one names all of them.

#ifdef __AMX_TILE__
#include <immintrin.h>
#undef _tile_loadconfig
#define _tile_loadconfig(config) \
  __asm__ volatile("ldtilecfg\t%X0" ::"m"(*(const char(*)[64])(config)))
#endif
