// SPDX-License-Identifier: Apache-2.0

/** The bindings to TTNN and the native library behind them. */
@SuppressWarnings("module") // the project's name ends in a digit
module dev.tttv2.ffm {
  exports dev.tttv2.ffm;
}
