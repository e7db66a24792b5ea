// SPDX-License-Identifier: Apache-2.0

/** Model descriptions, checkpoint formats, the cache of converted weights, and precisions. */
@SuppressWarnings("module") // the project's name ends in a digit
module dev.tttv2.config {
  requires transitive dev.tttv2.core;
  requires com.fasterxml.jackson.core;

  exports dev.tttv2.config;
}
