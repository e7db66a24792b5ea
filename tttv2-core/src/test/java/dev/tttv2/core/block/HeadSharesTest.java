// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.BitSet;
import org.junit.jupiter.api.Test;

class HeadSharesTest {
  @Test
  void keyHeadsThatDivideAreSharedOut() {
    HeadShares shares = new HeadShares(8, 4, 2);
    assertArrayEquals(new int[] {0, 1, 2, 3}, shares.kvOrder());
    assertArrayEquals(new int[] {0, 1, 2, 3, 4, 5, 6, 7}, shares.order());
  }

  @Test
  void keyHeadsThatDoNotDivideArePadded() {
    HeadShares shares = new HeadShares(9, 3, 2);
    assertArrayEquals(new int[] {0, 1, 2, -1}, shares.kvOrder());
    assertArrayEquals(new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8, -1, -1, -1}, shares.order());
  }

  @Test
  void fewKeyHeadsAreCopied() {
    HeadShares shares = new HeadShares(9, 3, 8);
    assertArrayEquals(new int[] {0, 0, 1, 1, 2, 2, -1, -1}, shares.kvOrder());
    assertArrayEquals(
        new int[] {0, 1, 2, -1, 3, 4, 5, -1, 6, 7, 8, -1, -1, -1, -1, -1}, shares.order());
  }

  /** Every query head is somewhere, once, and on the device of its key head. */
  @Test
  void queryHeadsFollowTheirKeyHeads() {
    for (int devices = 1; devices <= 33; devices++) {
      for (int kv = 1; kv <= 9; kv++) {
        for (int group = 1; group <= 7; group++) {
          HeadShares shares = new HeadShares(kv * group, kv, devices);
          int[] order = shares.order();
          int[] keys = shares.kvOrder();
          assertEquals(0, shares.heads() % shares.kvHeads());
          int perKey = shares.heads() / shares.kvHeads();
          BitSet seen = new BitSet();
          for (int place = 0; place < order.length; place++) {
            int head = order[place];
            if (head >= 0) {
              assertEquals(keys[place / perKey], head / group, shares + Arrays.toString(order));
              assertTrue(!seen.get(head), shares.toString());
              seen.set(head);
            }
          }
          assertEquals(kv * group, seen.cardinality(), shares.toString());
        }
      }
    }
  }
}
