// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.LazyWeight;
import java.util.stream.IntStream;

/**
 * Which heads lie on which device of a mesh. A key and value head stays with its query heads.
 *
 * <ul>
 *   <li>With at least as many key and value heads as devices, each device has as many of them as
 *       the others; where they do not divide, heads of zeros fill up the last ones.
 *   <li>With fewer, each is copied to devices / KV devices, which share its query heads out; heads
 *       of zeros fill up where they do not divide, and on devices that are left over.
 * </ul>
 *
 * @param numHeads query heads of the model, NH
 * @param numKvHeads key and value heads of the model, KV
 * @param devices how many
 */
record HeadShares(int numHeads, int numKvHeads, int devices) {
  /** Query heads of a key and value head. */
  private int group() {
    return numHeads / numKvHeads;
  }

  /** How many devices have a key and value head. */
  int copies() {
    return Math.max(1, devices / numKvHeads);
  }

  /** Key and value heads of each device. */
  int kvHeads() {
    return Math.ceilDiv(numKvHeads, devices);
  }

  /** Query heads of each device. */
  int heads() {
    return numKvHeads >= devices ? kvHeads() * group() : Math.ceilDiv(group(), copies());
  }

  /** The model's key and value heads in the order of the devices; -1: zeros. */
  int[] kvOrder() {
    return IntStream.range(0, devices * kvHeads()).map(this::kvHead).toArray();
  }

  private int kvHead(int place) {
    int head = numKvHeads >= devices ? place : place / copies();
    return head < numKvHeads ? head : -1;
  }

  /** The model's query heads in the order of the devices; -1: zeros. */
  int[] order() {
    return IntStream.range(0, devices * heads()).map(this::head).toArray();
  }

  private int head(int place) {
    int perKv = heads() / kvHeads();
    int kv = kvHead(place / perKv);
    int withinKv = place % perKv;
    if (numKvHeads < devices) {
      withinKv += place / perKv % copies() * perKv;
    }
    return kv < 0 || withinKv >= group() ? -1 : kv * group() + withinKv;
  }

  /** Orders the rows of query heads: [NH size, ..]. */
  LazyWeight ordered(LazyWeight weight, int size) {
    return ordered(weight, 0, numHeads, order(), size);
  }

  /** Orders the rows of key or value heads: [KV size, ..]. */
  LazyWeight orderedKv(LazyWeight weight, int size) {
    return ordered(weight, 0, numKvHeads, kvOrder(), size);
  }

  /** Orders the columns of query heads: [.., NH size]. */
  LazyWeight orderedColumns(LazyWeight weight, int size) {
    return ordered(weight, 1, numHeads, order(), size);
  }

  /** Orders rows of all queries, keys and values, so that each device's follow each other. */
  LazyWeight interleaved(LazyWeight qkv, int size) {
    if (devices == 1 || qkv == null) {
      return qkv;
    }
    int[] queries = order();
    int[] keys = kvOrder();
    int perDevice = heads() + 2 * kvHeads();
    int[] places = new int[devices * perDevice];
    for (int device = 0; device < devices; device++) {
      int at = device * perDevice;
      for (int i = 0; i < heads(); i++) {
        places[at++] = queries[device * heads() + i];
      }
      for (int base = numHeads; base <= numHeads + numKvHeads; base += numKvHeads) {
        for (int i = 0; i < kvHeads(); i++) {
          int head = keys[device * kvHeads() + i];
          places[at++] = head < 0 ? -1 : base + head;
        }
      }
    }
    return ordered(qkv, 0, numHeads + 2 * numKvHeads, places, size);
  }

  private LazyWeight ordered(LazyWeight weight, int dim, int heads, int[] order, int size) {
    if (devices == 1 || weight == null) {
      return weight;
    }
    int[] pattern = new int[order.length * size];
    for (int i = 0; i < pattern.length; i++) {
      int head = order[i / size];
      pattern[i] = head < 0 ? -1 : head * size + i % size;
    }
    return weight.rearranged(dim, heads * size, pattern);
  }
}
