// SPDX-License-Identifier: Apache-2.0

/** JMH benchmarks of downcalls, operations and blocks. Open, for JMH calls it by reflection. */
@SuppressWarnings("module") // the project's name ends in a digit
open module dev.tttv2.bench {
  requires dev.tttv2.config;
  requires jdk.unsupported; // what JMH uses of it
  requires jmh.core;
}
