// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.util.Objects;

/**
 * One message of a conversation.
 *
 * @param role "system", "user", "assistant", or another that the model's template knows
 * @param content what is said
 */
public record ChatMessage(String role, String content) {
  /**
   * Checks that both are there.
   *
   * @throws NullPointerException if one is null
   */
  public ChatMessage {
    Objects.requireNonNull(role, "role");
    Objects.requireNonNull(content, "content");
  }

  /** Returns a message that says how the assistant shall behave. */
  public static ChatMessage system(String content) {
    return new ChatMessage("system", content);
  }

  /** Returns a message of the user. */
  public static ChatMessage user(String content) {
    return new ChatMessage("user", content);
  }

  /** Returns a message of the assistant. */
  public static ChatMessage assistant(String content) {
    return new ChatMessage("assistant", content);
  }
}
