// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.structured;

import dev.tttv2.interfaces.TokenBytes;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The tokens of a vocabulary as a tree of their bytes. Nodes are numbered parents first, each
 * followed by all below it; node 0 is the root, which has no byte. Immutable.
 */
final class TokenTrie {
  private final TokenBytes tokens;
  private final byte[] bytes; // by node
  private final int[] ends; // by node: the first node that is not below it
  private final short[] depths; // by node: how many bytes lead to it
  private final int[] tokenEnds; // by node: where its tokens end in ids
  private final int[] ids;
  private final int maxDepth;

  TokenTrie(TokenBytes tokens) {
    this.tokens = tokens;
    Integer[] sorted =
        IntStream.range(0, tokens.size())
            .filter(id -> tokens.length(id) > 0 && tokens.length(id) <= Short.MAX_VALUE)
            .boxed()
            .toArray(Integer[]::new);
    Comparator<Integer> byBytes = this::compare;
    Arrays.sort(sorted, byBytes);
    int total = 1;
    int longest = 0;
    for (Integer id : sorted) {
      total += tokens.length(id);
      longest = Math.max(longest, tokens.length(id));
    }
    byte[] labels = new byte[total];
    int[] behind = new int[total];
    short[] levels = new short[total];
    int[] lastId = new int[total];
    int[] path = new int[longest + 1];
    int nodes = 1;
    int depth = 0; // of the last node
    this.ids = new int[sorted.length];
    for (int i = 0; i < sorted.length; i++) {
      int id = sorted[i];
      int common = i == 0 ? 0 : common(sorted[i - 1], id);
      for (; depth > common; depth--) {
        behind[path[depth]] = nodes;
      }
      for (; depth < tokens.length(id); depth++) {
        labels[nodes] = tokens.at(id, depth);
        levels[nodes] = (short) (depth + 1);
        lastId[nodes] = i;
        path[depth + 1] = nodes++;
      }
      ids[i] = id;
      lastId[nodes - 1] = i + 1;
    }
    for (; depth >= 0; depth--) {
      behind[path[depth]] = nodes;
    }
    this.bytes = Arrays.copyOf(labels, nodes);
    this.ends = Arrays.copyOf(behind, nodes);
    this.depths = Arrays.copyOf(levels, nodes);
    this.tokenEnds = Arrays.copyOf(lastId, nodes);
    this.maxDepth = longest;
  }

  private int compare(int a, int b) {
    int common = common(a, b);
    int rest = Math.min(tokens.length(a), tokens.length(b)) - common;
    return rest == 0
        ? tokens.length(a) - tokens.length(b)
        : Byte.compareUnsigned(tokens.at(a, common), tokens.at(b, common));
  }

  private int common(int a, int b) {
    int n = Math.min(tokens.length(a), tokens.length(b));
    int i = 0;
    while (i < n && tokens.at(a, i) == tokens.at(b, i)) {
      i++;
    }
    return i;
  }

  TokenBytes tokens() {
    return tokens;
  }

  int nodes() {
    return bytes.length;
  }

  /** The byte that leads to a node from the one above it. */
  byte byteOf(int node) {
    return bytes[node];
  }

  /** The first node behind those below a node. */
  int end(int node) {
    return ends[node];
  }

  /** How many bytes lead to a node. */
  int depth(int node) {
    return depths[node];
  }

  int maxDepth() {
    return maxDepth;
  }

  /** Sets the bits of the tokens that end at a node. */
  void mark(int node, long[] mask) {
    for (int i = node == 0 ? 0 : tokenEnds[node - 1]; i < tokenEnds[node]; i++) {
      mask[ids[i] >> 6] |= 1L << ids[i];
    }
  }

  /** The words of a mask over all tokens. */
  int maskWords() {
    return (tokens.size() + 63) / 64;
  }

  /** Finds the node of a single byte below the root; -1: no token begins with it. */
  int child(byte value) {
    for (int node = 1; node < nodes(); node = end(node)) {
      if (bytes[node] == value) {
        return node;
      }
    }
    return -1;
  }
}
