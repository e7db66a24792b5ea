// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.time.Duration;

/**
 * Where a request's time went. What it never came to took no time.
 *
 * @param queue from its arrival until it first ran
 * @param prefill from then to its first token
 * @param decode from then to its last token
 */
public record RequestTimes(Duration queue, Duration prefill, Duration decode) {
  /** Returns the time from the request's arrival to its first token. */
  public Duration toFirstToken() {
    return queue.plus(prefill);
  }

  /** Returns the time from the request's arrival to its last token. */
  public Duration total() {
    return toFirstToken().plus(decode);
  }
}
