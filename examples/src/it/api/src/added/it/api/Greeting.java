// SPDX-License-Identifier: Apache-2.0
package it.api;

/** Says hello, and by now goodbye as well. */
public final class Greeting {
  private Greeting() {}

  public static String hello(String name) {
    return "Hello, " + name;
  }

  public static String welcome() {
    return "Welcome";
  }

  public static String goodbye(String name) {
    return "Goodbye, " + name;
  }
}
