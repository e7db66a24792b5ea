// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the reference data is, and how close is close enough. */
public final class Goldens {
  private Goldens() {}

  /** Returns a file or directory of the reference data. */
  public static Path path(String first, String... more) {
    Path root = Path.of(System.getProperty("tttv2.goldens", "src/test/goldens")).toAbsolutePath();
    return root.resolve(Path.of(first, more));
  }

  /** Returns a model's directory; skips the test where this copy of the data has not got it. */
  public static Path model(String name) {
    Path directory = path("tiny", name);
    assumeTrue(Files.isDirectory(directory), () -> directory + " is not in this copy");
    return directory;
  }

  /**
   * Compares with a single operation's reference: |diff| at most 10 * noise + 1e-5 * (1 + |value|),
   * the noise being the reference's own difference between float32 and float64.
   */
  public static void assertBlock(float[] expected, float[] actual, double noise) {
    assertEquals(expected.length, actual.length, "number of values");
    for (int i = 0; i < expected.length; i++) {
      double limit = 10 * noise + 1e-5 * (1 + Math.abs(expected[i]));
      if (!(Math.abs(expected[i] - actual[i]) <= limit)) {
        fail("value %d is %s, expected %s within %s".formatted(i, actual[i], expected[i], limit));
      }
    }
  }

  /** Compares with a limit for all values. */
  public static void assertClose(float[] expected, float[] actual, double limit) {
    assertEquals(expected.length, actual.length, "number of values");
    for (int i = 0; i < expected.length; i++) {
      if (!(Math.abs(expected[i] - actual[i]) <= limit)) {
        fail("value %d is %s, expected %s within %s".formatted(i, actual[i], expected[i], limit));
      }
    }
  }

  /** Returns the cosine of the angle between two vectors. */
  public static double cosine(float[] a, float[] b) {
    assertEquals(a.length, b.length, "number of values");
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      ab += (double) a[i] * b[i];
      aa += (double) a[i] * a[i];
      bb += (double) b[i] * b[i];
    }
    return ab / Math.sqrt(aa * bb);
  }

  /**
   * Returns Pearson's correlation of two vectors: the cosine of their differences from the mean.
   */
  public static double correlation(float[] a, float[] b) {
    return cosine(centred(a), centred(b));
  }

  private static float[] centred(float[] values) {
    double mean = 0;
    for (float value : values) {
      mean += (double) value / values.length;
    }
    float[] centred = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      centred[i] = (float) (values[i] - mean);
    }
    return centred;
  }
}
