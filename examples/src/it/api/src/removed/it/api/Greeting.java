// SPDX-License-Identifier: Apache-2.0
package it.api;

/** Says hello, and welcome no longer. */
public final class Greeting {
  private Greeting() {}

  public static String hello(String name) {
    return "Hello, " + name;
  }
}
