// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.batch;

import java.util.Objects;
import java.util.Optional;

/**
 * A request of a batch. Its body has not been looked at, beyond that it is JSON.
 *
 * @param number where it stands in the input, from 1
 * @param name the {@code custom_id}
 * @param url the path that it is for
 * @param body what would be sent there over HTTP, as it stands in the line
 */
public record BatchRequest(long number, String name, String url, String body) implements BatchLine {
  /**
   * Checks that all are there.
   *
   * @throws NullPointerException if something is null
   * @throws IllegalArgumentException if the name is empty
   */
  public BatchRequest {
    Objects.requireNonNull(url, "url");
    Objects.requireNonNull(body, "body");
    if (name.isEmpty()) {
      throw new IllegalArgumentException("the request's name is empty");
    }
  }

  @Override
  public Optional<String> customId() {
    return Optional.of(name);
  }
}
