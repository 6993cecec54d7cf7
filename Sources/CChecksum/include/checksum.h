#ifndef PAWL_CHECKSUM_H
#define PAWL_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/* Bytes that `pawl_crc32_fold` takes at least, and of which it takes whole multiples of 16. */
#define PAWL_CRC32_FOLD_MIN 64

/* Whether this processor multiplies without carry, so that `pawl_crc32_fold` may be called. */
int pawl_crc32_can_fold(void);

/*
 * The CRC-32 of RFC 1952 of `count` bytes, going on from the `crc` of some bytes before.
 * `count` is at least PAWL_CRC32_FOLD_MIN and a multiple of 16.
 */
uint32_t pawl_crc32_fold(uint32_t crc, const uint8_t *bytes, size_t count);

#endif
