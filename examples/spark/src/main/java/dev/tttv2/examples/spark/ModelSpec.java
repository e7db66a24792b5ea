// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.spark;

import java.io.Serializable;

/**
 * Which model the executors load, and how.
 *
 * @param path a GGUF file or a directory, which every executor can read
 * @param name what it is called in requests
 * @param preset precision: float32, accuracy or performance
 * @param context longest context in tokens
 * @param maxUsers texts that an engine generates at a time
 */
record ModelSpec(String path, String name, String preset, int context, int maxUsers)
    implements Serializable {}
