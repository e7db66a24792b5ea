// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.structured;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A context-free grammar of bytes as automata that call each other: each rule is one, a step is a
 * byte, nothing, or a text of another rule. States that no text leads through to its end are
 * unreachable, so every text that follows the steps can be completed. Immutable.
 */
final class Grammar {
  private static final int MAX_STATES = 200_000;
  private static final int MAX_EDGES = 1_000_000;
  private static final int[] NONE = {};

  private final int[][] byteEdges; // by state: first byte, last byte, target, ...
  private final int[][] empties; // by state: targets
  private final int[][] calls; // by state: rule, state behind it, ...
  private final BitSet accepting;
  private final int[] starts; // by rule
  private final int[] order; // rules, callers at their very beginning before those they call
  private final int root;
  private final byte[] classes;
  private final int numClasses;

  private Grammar(Builder builder, int root, BitSet useful) {
    int n = builder.bytes.size();
    this.byteEdges = new int[n][];
    this.empties = new int[n][];
    this.calls = new int[n][];
    this.accepting = builder.accepting;
    this.starts = builder.starts.toArray();
    this.root = root;
    for (int state = 0; state < n; state++) {
      boolean use = useful.get(state);
      byteEdges[state] = use ? keep(builder.bytes.get(state), 3, 2, useful) : NONE;
      empties[state] = use ? keep(builder.empties.get(state), 1, 0, useful) : NONE;
      int[] called = use ? keep(builder.calls.get(state), 2, 1, useful) : NONE;
      int kept = 0;
      for (int i = 0; i < called.length; i += 2) {
        if (useful.get(starts[called[i]])) {
          called[kept++] = called[i];
          called[kept++] = called[i + 1];
        }
      }
      calls[state] = Arrays.copyOf(called, kept);
    }
    this.order = order();
    this.classes = new byte[256];
    BitSet edges = new BitSet();
    for (int[] list : byteEdges) {
      for (int i = 0; i < list.length; i += 3) {
        edges.set(list[i]);
        edges.set(list[i + 1] + 1);
      }
    }
    int last = 0;
    for (int value = 1; value < 256; value++) {
      last += edges.get(value) ? 1 : 0;
      classes[value] = (byte) last;
    }
    this.numClasses = last + 1;
  }

  private static int[] keep(Ints list, int stride, int target, BitSet useful) {
    int[] kept = new int[list.size()];
    int n = 0;
    for (int i = 0; i < kept.length; i += stride) {
      if (useful.get(list.get(i + target))) {
        for (int j = 0; j < stride; j++) {
          kept[n++] = list.get(i + j);
        }
      }
    }
    return n == 0 ? NONE : Arrays.copyOf(kept, n);
  }

  /** First byte, last byte and target of each of a state's steps. */
  int[] byteEdges(int state) {
    return byteEdges[state];
  }

  /** The states to which there are empty steps. */
  int[] empties(int state) {
    return empties[state];
  }

  /** Rule and the state behind it of each of a state's calls. */
  int[] calls(int state) {
    return calls[state];
  }

  boolean isAccepting(int state) {
    return accepting.get(state);
  }

  /** Tells whether nothing can follow in a state's rule. */
  boolean isFinal(int state) {
    return isAccepting(state)
        && byteEdges[state].length == 0
        && empties[state].length == 0
        && calls[state].length == 0;
  }

  int start(int rule) {
    return starts[rule];
  }

  int root() {
    return root;
  }

  int rules() {
    return starts.length;
  }

  /** Rules in an order in which each stands before those that it may call before any byte. */
  int[] callOrder() {
    return order;
  }

  /** The class of a byte: grammars do not tell bytes of one class apart. */
  int classOf(byte value) {
    return classes[value & 0xff] & 0xff;
  }

  int classes() {
    return numClasses;
  }

  private int[] order() {
    int n = starts.length;
    int[][] called = new int[n][];
    int[] callers = new int[n];
    for (int rule = 0; rule < n; rule++) {
      BitSet rules = new BitSet();
      BitSet seen = new BitSet();
      Deque<Integer> open = new ArrayDeque<>(List.of(starts[rule]));
      while (!open.isEmpty()) {
        int state = open.pop();
        if (!seen.get(state)) {
          seen.set(state);
          for (int target : empties[state]) {
            open.push(target);
          }
          for (int i = 0; i < calls[state].length; i += 2) {
            rules.set(calls[state][i]);
          }
          if (isAccepting(state) && rule != root) {
            throw new IllegalStateException("rule %d may be empty".formatted(rule));
          }
        }
      }
      called[rule] = rules.stream().toArray();
      rules.stream().forEach(callee -> callers[callee]++);
    }
    int[] result = new int[n];
    int size = 0;
    for (int rule = 0; rule < n; rule++) {
      if (callers[rule] == 0) {
        result[size++] = rule;
      }
    }
    for (int i = 0; i < size; i++) {
      for (int callee : called[result[i]]) {
        if (--callers[callee] == 0) {
          result[size++] = callee;
        }
      }
    }
    if (size < n) {
      throw new IllegalStateException("a rule calls itself before any byte");
    }
    return result;
  }

  /** Makes a grammar, state by state. */
  static final class Builder {
    private final List<Ints> bytes = new ArrayList<>();
    private final List<Ints> empties = new ArrayList<>();
    private final List<Ints> calls = new ArrayList<>();
    private final BitSet accepting = new BitSet();
    private final Ints starts = new Ints();
    private final Map<Suffix, Integer> suffixes = new HashMap<>();
    private int edges;

    /** Continuation bytes that lead to a state: ranges of their bits' values. */
    private record Suffix(List<Range> ranges, int length, int target) {}

    private record Range(int first, int last) {}

    /** Makes a rule; its start is a new state. */
    int newRule() {
      starts.add(newState());
      return starts.size() - 1;
    }

    int start(int rule) {
      return starts.get(rule);
    }

    int newState() {
      if (bytes.size() == MAX_STATES) {
        throw tooLarge();
      }
      bytes.add(new Ints());
      empties.add(new Ints());
      calls.add(new Ints());
      return bytes.size() - 1;
    }

    void accept(int state) {
      accepting.set(state);
    }

    void empty(int from, int to) {
      count();
      empties.get(from).add(to);
    }

    /** Adds a step by a text of a rule, which must not have the empty text. */
    void call(int from, int rule, int to) {
      count();
      Ints list = calls.get(from);
      list.add(rule);
      list.add(to);
    }

    void bytes(int from, int first, int last, int to) {
      count();
      Ints list = bytes.get(from);
      list.add(first);
      list.add(last);
      list.add(to);
    }

    /** Adds the way through the bytes of a text's UTF-8; returns the state behind it. */
    int text(int from, String text) {
      int at = from;
      for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
        int to = newState();
        characters(at, CodePoints.of(text.codePointAt(i)), to);
        at = to;
      }
      return at;
    }

    /** Adds the texts of an automaton, in UTF-8. */
    void automaton(int from, Nfa nfa, int end) {
      int[] states = new int[nfa.states()];
      for (int i = 0; i < states.length; i++) {
        states[i] = newState();
      }
      empty(from, states[0]);
      for (int i = 0; i < states.length; i++) {
        for (Nfa.Edge edge : nfa.edges(i)) {
          characters(states[i], edge.set(), states[edge.target()]);
        }
        if (nfa.isAccepting(i)) {
          empty(states[i], end);
        }
      }
    }

    /** Adds a step by one of a set's characters, in UTF-8. */
    void characters(int from, CodePoints set, int to) {
      List<List<Range>> byLength = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
      int[] limits = {0x80, 0x800, 0x10000, 0x110000};
      for (int i = 0; i < set.ranges(); i++) {
        if (set.first(i) < 0x80) {
          bytes(from, set.first(i), Math.min(set.last(i), 0x7f), to);
        }
        for (int length = 0; length < 3; length++) {
          int first = Math.max(set.first(i), limits[length]);
          int last = Math.min(set.last(i), limits[length + 1] - 1);
          if (first <= last) {
            byLength.get(length).add(new Range(first, last));
          }
        }
      }
      int[] leads = {0xc0, 0xe0, 0xf0};
      for (int length = 0; length < 3; length++) {
        lead(from, leads[length], byLength.get(length), length + 1, to);
      }
    }

    /** Adds the first of some bytes, that with the highest bits. */
    private void lead(int from, int marker, List<Range> ranges, int following, int to) {
      int shift = 6 * following;
      Map<Integer, List<Range>> rest = new TreeMap<>();
      for (Range range : ranges) {
        for (int top = range.first >> shift; top <= range.last >> shift; top++) {
          int base = top << shift;
          rest.computeIfAbsent(top, key -> new ArrayList<>())
              .add(
                  new Range(
                      Math.max(range.first - base, 0),
                      Math.min(range.last - base, (1 << shift) - 1)));
        }
      }
      int first = -1;
      int last = -1;
      List<Range> common = null;
      for (Map.Entry<Integer, List<Range>> entry : rest.entrySet()) {
        int top = entry.getKey();
        if (common != null && (top != last + 1 || !entry.getValue().equals(common))) {
          bytes(from, marker | first, marker | last, suffix(common, following, to));
          common = null;
        }
        if (common == null) {
          first = top;
          common = entry.getValue();
        }
        last = top;
      }
      if (common != null) {
        bytes(from, marker | first, marker | last, suffix(common, following, to));
      }
    }

    private int suffix(List<Range> ranges, int length, int to) {
      if (length == 0) {
        return to;
      }
      Suffix key = new Suffix(ranges, length, to);
      Integer known = suffixes.get(key);
      if (known == null) {
        known = newState();
        suffixes.put(key, known);
        lead(known, 0x80, ranges, length - 1, to);
      }
      return known;
    }

    private void count() {
      if (edges++ == MAX_EDGES) {
        throw tooLarge();
      }
    }

    private static IllegalArgumentException tooLarge() {
      return new IllegalArgumentException(
          "the grammar needs more than %d states or %d steps".formatted(MAX_STATES, MAX_EDGES));
    }

    /**
     * Makes the grammar.
     *
     * @throws IllegalArgumentException if it has no text
     */
    Grammar build(int root) {
      BitSet useful = useful();
      if (!useful.get(starts.get(root))) {
        throw new IllegalArgumentException("no text fits: what is asked for contradicts itself");
      }
      return new Grammar(this, root, useful);
    }

    /** Finds the states from which their rule's end can be reached. */
    private BitSet useful() {
      int n = bytes.size();
      List<Ints> before = new ArrayList<>(n); // states with a step to it, by byte or empty
      List<Ints> callers = new ArrayList<>(n); // caller and rule of the calls behind which it is
      Map<Integer, Ints> callersOf = new HashMap<>(); // caller and state behind, by rule's start
      for (int i = 0; i < n; i++) {
        before.add(new Ints());
        callers.add(new Ints());
      }
      for (int state = 0; state < n; state++) {
        Ints list = bytes.get(state);
        for (int i = 2; i < list.size(); i += 3) {
          before.get(list.get(i)).add(state);
        }
        list = empties.get(state);
        for (int i = 0; i < list.size(); i++) {
          before.get(list.get(i)).add(state);
        }
        list = calls.get(state);
        for (int i = 0; i < list.size(); i += 2) {
          int start = starts.get(list.get(i));
          Ints back = callers.get(list.get(i + 1));
          back.add(state);
          back.add(start);
          Ints of = callersOf.computeIfAbsent(start, key -> new Ints());
          of.add(state);
          of.add(list.get(i + 1));
        }
      }
      BitSet useful = new BitSet();
      Deque<Integer> open = new ArrayDeque<>();
      accepting.stream().forEach(open::push);
      while (!open.isEmpty()) {
        int state = open.pop();
        if (useful.get(state)) {
          continue;
        }
        useful.set(state);
        Ints list = before.get(state);
        for (int i = 0; i < list.size(); i++) {
          open.push(list.get(i));
        }
        list = callers.get(state);
        for (int i = 0; i < list.size(); i += 2) {
          if (useful.get(list.get(i + 1))) {
            open.push(list.get(i));
          }
        }
        list = callersOf.getOrDefault(state, new Ints());
        for (int i = 0; i < list.size(); i += 2) {
          if (useful.get(list.get(i + 1))) {
            open.push(list.get(i));
          }
        }
      }
      return useful;
    }
  }
}
