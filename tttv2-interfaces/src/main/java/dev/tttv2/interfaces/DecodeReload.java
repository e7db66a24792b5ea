// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

/**
 * What of a decode step's inputs is new. What is not, the device knows: the tokens it has chosen,
 * in the positions behind the last ones.
 */
public enum DecodeReload {
  /** Tokens, positions and page tables. */
  ALL,
  /** Page tables alone; after a step whose tokens the device chose. */
  PAGE_TABLES,
  /** Nothing; after a step whose tokens the device chose. */
  NONE
}
