// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a batch remembers, against sets of texts. */
class NameSetTest {
  @Test
  void remembersNamesAndLines() {
    NameSet names = new NameSet();
    Set<String> answered = new HashSet<>();
    Set<String> met = new HashSet<>();
    Set<Long> reported = new HashSet<>();
    Random random = new Random(2);
    for (int i = 0; i < 200_000; i++) {
      String name = Integer.toString(random.nextInt(60_000));
      long line = random.nextInt(60_000);
      switch (random.nextInt(4)) {
        case 0 -> {
          if (!met.contains(name)) { // answers are read before lines are
            names.addAnswered(name);
            answered.add(name);
          }
        }
        case 1 -> {
          names.addReported(line);
          reported.add(line);
        }
        case 2 -> {
          NameSet.Meeting expected =
              met.contains(name)
                  ? NameSet.Meeting.REPEATED
                  : answered.contains(name) ? NameSet.Meeting.ANSWERED : NameSet.Meeting.NEW;
          assertEquals(expected, names.meet(name));
          met.add(name);
        }
        default -> assertEquals(!reported.add(line), names.report(line));
      }
    }
  }
}
