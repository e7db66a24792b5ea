// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.util.Objects;

/**
 * What a {@link VLLMGenerator} is asked for.
 *
 * @param id names the request in logs and outputs; empty: the engine names it
 * @param prompt what to continue
 * @param sampling what is wanted of it
 * @param priority lower ones go first
 * @param cacheSalt requests of different salts never share blocks of the cache, so that none can
 *     tell by its speed what another one's prompt was; empty: shared with all that have none
 */
public record Request(
    String id, Prompt prompt, SamplingParams sampling, int priority, String cacheSalt) {
  /**
   * Checks that all are there.
   *
   * @throws NullPointerException if something is null
   */
  public Request {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(prompt, "prompt");
    Objects.requireNonNull(sampling, "sampling");
    Objects.requireNonNull(cacheSalt, "cacheSalt");
  }

  /** Returns a request of priority 0 without a name. */
  public static Request of(Prompt prompt, SamplingParams sampling) {
    return new Request("", prompt, sampling, 0, "");
  }

  /** Returns the same request under a name. */
  public Request withId(String value) {
    return new Request(value, prompt, sampling, priority, cacheSalt);
  }

  /** Returns the same request with another priority; lower ones go first. */
  public Request withPriority(int value) {
    return new Request(id, prompt, sampling, value, cacheSalt);
  }

  /** Returns the same request with a salt of its prefixes. */
  public Request withCacheSalt(String value) {
    return new Request(id, prompt, sampling, priority, value);
  }
}
