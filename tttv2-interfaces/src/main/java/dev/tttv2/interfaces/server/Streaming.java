// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.server;

/**
 * Whether and how a request wants its answer streamed.
 *
 * @param wanted whether
 * @param usage whether a last event tells the numbers of tokens
 * @param continuousUsage whether every event tells them
 */
record Streaming(boolean wanted, boolean usage, boolean continuousUsage) {
  static Streaming of(Fields fields) {
    boolean wanted = fields.flag("stream", false);
    Fields options = fields.object("stream_options").orElse(null);
    if (options == null) {
      return new Streaming(wanted, false, false);
    }
    if (!wanted) {
      throw ApiException.invalid(
          fields.path("stream_options"), "stream_options are given, but stream is not true");
    }
    boolean usage = options.flag("include_usage", false);
    return new Streaming(true, usage, options.flag("continuous_usage_stats", false) && usage);
  }
}
