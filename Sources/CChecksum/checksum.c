#include "checksum.h"

/*
 * Bytes are the coefficients of a polynomial over GF(2), the first bit the highest power, and a CRC is what is left
 * of it after division by P = x^32 + x^26 + x^23 + ... + 1. A multiplication without carry (PCLMULQDQ) moves 64
 * coefficients by n places at once when it multiplies them by x^n mod P: so four runs of 128 bits are folded forward
 * side by side, then into one, and only that one is divided, by multiplying with the inverse (Barrett). CRC-32 writes
 * every polynomial with its bits reversed, and a product of two reversed ones comes out one place too low.
 */

#if defined(__x86_64__)

#include <immintrin.h>

/* x^(n) mod P, bits reversed and shifted by one, for the lower and the upper half of a run that is moved n bits on. */
#define BY_512_LOW 0x154442bd4
#define BY_512_HIGH 0x1c6e41596
#define BY_128_LOW 0x1751997d0
#define BY_128_HIGH 0x0ccaa009e
#define BY_64 0x163cd6124
/* P itself, and the whole part of x^64 / P. */
#define DIVISOR 0x1db710641
#define INVERSE 0x1f7011641

#define FOLDS __attribute__((target("pclmul,sse4.1")))

int pawl_crc32_can_fold(void) {
    return __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("sse4.1");
}

FOLDS static inline __m128i load(const uint8_t *bytes) {
    return _mm_loadu_si128((const __m128i *)bytes);
}

/* A run, moved on by the distance of `factors`, and added to what stands there. */
FOLDS static inline __m128i moved(__m128i run, __m128i factors, __m128i onto) {
    __m128i low = _mm_clmulepi64_si128(run, factors, 0x00);
    __m128i high = _mm_clmulepi64_si128(run, factors, 0x11);
    return _mm_xor_si128(_mm_xor_si128(low, high), onto);
}

/* What is left of 128 bits after division by P. */
FOLDS static inline uint32_t remainder_of(__m128i run) {
    const __m128i by128 = _mm_set_epi64x(BY_128_HIGH, BY_128_LOW);
    const __m128i low32 = _mm_set_epi32(0, 0, 0, -1);
    /* 128 bits to 96, and those to 64. */
    run = _mm_xor_si128(_mm_clmulepi64_si128(run, by128, 0x10), _mm_srli_si128(run, 8));
    __m128i lowest = _mm_and_si128(run, low32);
    run = _mm_xor_si128(
        _mm_clmulepi64_si128(lowest, _mm_set_epi64x(0, BY_64), 0x00), _mm_srli_si128(run, 4));
    /* The quotient, and what is left when it is multiplied back. */
    const __m128i division = _mm_set_epi64x(INVERSE, DIVISOR);
    __m128i quotient = _mm_clmulepi64_si128(_mm_and_si128(run, low32), division, 0x10);
    __m128i product = _mm_clmulepi64_si128(_mm_and_si128(quotient, low32), division, 0x00);
    return (uint32_t)_mm_extract_epi32(_mm_xor_si128(run, product), 1);
}

FOLDS uint32_t pawl_crc32_fold(uint32_t crc, const uint8_t *bytes, size_t count) {
    const __m128i by512 = _mm_set_epi64x(BY_512_HIGH, BY_512_LOW);
    const __m128i by128 = _mm_set_epi64x(BY_128_HIGH, BY_128_LOW);
    __m128i first = _mm_xor_si128(load(bytes), _mm_cvtsi32_si128((int)~crc));
    __m128i second = load(bytes + 16), third = load(bytes + 32), fourth = load(bytes + 48);
    for (bytes += 64, count -= 64; count >= 64; bytes += 64, count -= 64) {
        first = moved(first, by512, load(bytes));
        second = moved(second, by512, load(bytes + 16));
        third = moved(third, by512, load(bytes + 32));
        fourth = moved(fourth, by512, load(bytes + 48));
    }
    __m128i run = moved(moved(moved(first, by128, second), by128, third), by128, fourth);
    for (; count >= 16; bytes += 16, count -= 16) run = moved(run, by128, load(bytes));
    return ~remainder_of(run);
}

#else

int pawl_crc32_can_fold(void) { return 0; }

uint32_t pawl_crc32_fold(uint32_t crc, const uint8_t *bytes, size_t count) {
    (void)bytes;
    (void)count;
    return crc;
}

#endif
