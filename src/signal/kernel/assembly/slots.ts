/**
 * Memory for blocks that are being built: units of 128 KiB, one for a block of 16-bit samples, four for one of doubles.
 * Memory that has never been used costs nothing.
 */
const UNIT_BYTES: usize = 131072;
/** 192 blocks of 16-bit samples: 24 MiB. */
const UNITS: i32 = 192;
const SLOTS: usize = memory.data(25165824, 16);
/** By unit: 1 if it is in use. */
const USED: usize = memory.data(192);

/** @returns the address of as many adjacent units, or 0 if there are none */
export function acquire(units: i32): usize {
  let run = 0;
  for (let unit = 0; unit < UNITS; unit++) {
    run = load<u8>(USED + unit) == 0 ? run + 1 : 0;
    if (run < units) continue;
    const first = unit - units + 1;
    memory.fill(USED + first, 1, units);
    return SLOTS + <usize>first * UNIT_BYTES;
  }
  return 0;
}

/** @param slot as returned by `acquire` for this number of units */
export function release(slot: usize, units: i32): void {
  memory.fill(USED + (slot - SLOTS) / UNIT_BYTES, 0, units);
}

/** The number of units not in use. */
export function freeUnits(): i32 {
  let free = 0;
  for (let unit = 0; unit < UNITS; unit++) free += 1 - <i32>load<u8>(USED + unit);
  return free;
}
