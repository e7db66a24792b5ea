// SPDX-License-Identifier: Apache-2.0

/**
 * Benchmarks of downcalls, operations, blocks and engine, and this library's side of the comparison
 * with llama.cpp. Open, for JMH calls it by reflection.
 */
@SuppressWarnings("module") // the project's name ends in a digit
open module dev.tttv2.bench {
  requires com.fasterxml.jackson.databind;
  requires dev.tttv2.interfaces;
  requires java.net.http;
  requires jdk.unsupported; // what JMH uses of it
  requires jmh.core;
}
