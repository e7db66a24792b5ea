// SPDX-License-Identifier: Apache-2.0

/** Devices, tensors, operations and transformer blocks on TTNN. */
@SuppressWarnings("module") // the project's name ends in a digit
module dev.tttv2.core {
  requires transitive dev.tttv2.ffm;

  exports dev.tttv2.core;
  exports dev.tttv2.core.block;
}
