// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.util.Locale;

/** Why a generation ended. */
public enum FinishReason {
  /** An end-of-text token, a stop token or a stop string. */
  STOP,
  /** As many tokens as were asked for, or as fit the context. */
  LENGTH,
  /** The caller wanted no more. */
  CANCELLED;

  /** Returns the name as it stands in JSON: "stop", "length" or "cancelled". */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
