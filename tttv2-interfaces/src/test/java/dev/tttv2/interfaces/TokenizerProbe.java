// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

/** Loads the tokenizer library in a process of its own and prints why that fails. */
final class TokenizerProbe {
  private TokenizerProbe() {}

  public static void main(String[] args) {
    try {
      TokenizerLibrary.load();
      System.out.println("loaded");
    } catch (IllegalStateException e) {
      System.out.println(e.getMessage());
    }
  }
}
