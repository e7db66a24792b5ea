// SPDX-License-Identifier: Apache-2.0

/**
 * {@code tttv2 batch} on Apache Spark, for data that outgrow one machine: an engine in each
 * executor, which all its tasks share. On the class path, as Spark is.
 */
package dev.tttv2.examples.spark;
