// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.structured;

import dev.tttv2.interfaces.structured.State.Mask;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reads texts of a grammar byte by byte, all ways at once, and finds the tokens that may follow. It
 * is a pushdown automaton made deterministic as far as texts get: states are made when they are
 * first reached, and kept.
 */
final class Machine {
  private static final int MAX_STATES = 50_000;
  private static final long MAX_MASK_BYTES = 32L << 20;

  private final Grammar grammar;
  private final TokenTrie trie;
  private final int[] callRank; // by rule: its index in the grammar's order of calls
  private final Map<Key, State> states = new ConcurrentHashMap<>();
  private final Map<Key, Returns> returns = new ConcurrentHashMap<>();
  private final AtomicInteger numReturns = new AtomicInteger();
  private final AtomicLong maskBytes = new AtomicLong();
  private final Returns endOfText;
  private final State start;

  Machine(Grammar grammar, TokenTrie trie) {
    this.grammar = grammar;
    this.trie = trie;
    this.callRank = new int[grammar.rules()];
    for (int i = 0; i < callRank.length; i++) {
      callRank[grammar.callOrder()[i]] = i;
    }
    this.endOfText =
        new Returns(
            numReturns.getAndIncrement(), new int[] {Returns.END_OF_TEXT}, new Returns[] {null});
    returns.put(new Key(new long[] {key(Returns.END_OF_TEXT, null)}), endOfText);
    Closure closure = new Closure();
    closure.add(grammar.start(grammar.root()), endOfText);
    this.start = closure.state();
  }

  /** Where a text begins. */
  State start() {
    return start;
  }

  /** Tells whether it keeps so much that the next text should begin with a new machine. */
  boolean isFull() {
    return states.size() > MAX_STATES || maskBytes.get() > MAX_MASK_BYTES;
  }

  /** Returns where a text stands after one byte more. */
  State step(State state, byte value) {
    if (state.size() == 0) {
      return state.isDead() ? state : dead();
    }
    int byteClass = grammar.classOf(value);
    State next = state.next(byteClass);
    if (next == null) {
      next = successor(state, value & 0xff);
      state.setNext(byteClass, next);
    }
    return next;
  }

  private State dead() {
    return new Closure().state();
  }

  private State successor(State state, int value) {
    Closure closure = new Closure();
    for (int i = 0; i < state.size(); i++) {
      int[] edges = grammar.byteEdges(state.position(i));
      for (int j = 0; j < edges.length; j += 3) {
        if (edges[j] <= value && value <= edges[j + 1]) {
          closure.add(edges[j + 2], state.returns(i));
        }
      }
    }
    return closure.state();
  }

  /** Returns where a text stands when a rule has ended. */
  private State after(Returns rule) {
    State after = rule.after();
    if (after == null) {
      Closure closure = new Closure();
      closure.end(rule);
      after = closure.state();
      rule.setAfter(after);
    }
    return after;
  }

  /** Returns the mask of the tokens that may follow. */
  long[] allowed(State state) {
    return mask(state).bits();
  }

  /**
   * Returns the mask where the first space of a token counts for nothing, as at the beginning of a
   * text.
   */
  long[] allowedAfterSpace(State state) {
    long[] bits = mask(state).bits().clone();
    int space = trie.child((byte) ' ');
    if (space >= 0) {
      long[] begun = new long[bits.length];
      for (int node = space; node < trie.end(space); node++) {
        trie.mark(node, begun);
      }
      for (int i = 0; i < bits.length; i++) {
        bits[i] &= ~begun[i];
      }
      trie.mark(space, bits);
      walk(state, space, bits, null);
    }
    return bits;
  }

  private Mask mask(State state) {
    Mask mask = state.mask();
    if (mask == null) {
      mask = isOutermost(state) ? outermostMask(state) : innerMask(state);
      state.setMask(mask);
      maskBytes.addAndGet(8L * mask.bits().length);
    }
    return mask;
  }

  private boolean isOutermost(State state) {
    for (int i = 0; i < state.size(); i++) {
      if (state.returns(i) != endOfText) {
        return false;
      }
    }
    return true;
  }

  private Mask outermostMask(State state) {
    long[] bits = new long[trie.maskWords()];
    Ints exits = new Ints();
    walk(state, 0, bits, exits);
    return new Mask(bits, exits.toArray());
  }

  /**
   * A rule's part of the mask does not depend on what called it, as long as tokens do not go beyond
   * its end. So it is found once for all its calls, and only those tokens that go on behind its end
   * are followed for each.
   */
  private Mask innerMask(State state) {
    long[] bits = new long[trie.maskWords()];
    Map<Returns, Closure> rules = new HashMap<>();
    for (int i = 0; i < state.size(); i++) {
      rules
          .computeIfAbsent(state.returns(i), key -> new Closure())
          .keep(state.position(i), endOfText);
    }
    rules.forEach(
        (caller, closure) -> {
          Mask mask = mask(closure.state());
          for (int i = 0; i < bits.length; i++) {
            bits[i] |= mask.bits()[i];
          }
          if (caller != endOfText) {
            State after = after(caller);
            for (int node : mask.exits()) {
              walk(after, node, bits, null);
            }
          }
        });
    return new Mask(bits, new int[0]);
  }

  /** Marks the tokens below a node of the trie that may follow a state. */
  private void walk(State from, int top, long[] bits, Ints exits) {
    int base = trie.depth(top);
    State[] path = new State[trie.maxDepth() - base + 1];
    path[0] = from;
    for (int node = top + 1; node < trie.end(top); ) {
      int depth = trie.depth(node) - base;
      State state = step(path[depth - 1], trie.byteOf(node));
      if (state.isDead()) {
        node = trie.end(node);
        continue;
      }
      trie.mark(node, bits);
      if (exits != null && state.isComplete() && trie.end(node) > node + 1) {
        exits.add(node);
      }
      path[depth] = state;
      node = state.size() == 0 ? trie.end(node) : node + 1;
    }
  }

  /** Numbers that tell equal states or returns. */
  private record Key(long[] values) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Key key && Arrays.equals(values, key.values);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(values);
    }
  }

  private static long key(int position, Returns returns) {
    return (long) (position + 1) << 32 | (returns == null ? 0 : returns.id());
  }

  /** A position in a rule and what follows after that rule. */
  private record Item(int position, Returns returns) implements Comparable<Item> {
    long key() {
      return Machine.key(position, returns);
    }

    @Override
    public int compareTo(Item other) {
      return Long.compare(key(), other.key());
    }
  }

  /** Collects the ways to read a text, with all that is reached without another byte. */
  private final class Closure {
    private final Set<Item> seen = new HashSet<>();
    private final Deque<Item> open = new ArrayDeque<>();
    private final List<Item> kept = new ArrayList<>();
    private final Map<Integer, Set<Item>> calls = new HashMap<>(); // by rank of the rule
    private final BitSet called = new BitSet();
    private boolean complete;

    void add(int position, Returns after) {
      Item item = new Item(position, after);
      if (seen.add(item)) {
        open.push(item);
      }
    }

    /** Takes a state of which all that is reached without another byte is known already. */
    void keep(int position, Returns after) {
      kept.add(new Item(position, after));
    }

    /** Takes the end of a rule. */
    void end(Returns rule) {
      for (int i = 0; i < rule.size(); i++) {
        if (rule.position(i) == Returns.END_OF_TEXT) {
          complete = true;
        } else {
          add(rule.position(i), rule.outer(i));
        }
      }
    }

    State state() {
      follow();
      // No rule is empty, so all calls of a rule are known when its turn comes.
      for (int rank = called.nextSetBit(0); rank >= 0; rank = called.nextSetBit(rank + 1)) {
        add(grammar.start(grammar.callOrder()[rank]), interned(calls.get(rank)));
        follow();
      }
      Item[] items = kept.toArray(Item[]::new);
      Arrays.sort(items);
      long[] values = new long[items.length + 1];
      for (int i = 0; i < items.length; i++) {
        values[i] = items[i].key();
      }
      values[items.length] = complete ? 1 : 0;
      return states.computeIfAbsent(
          new Key(values),
          key ->
              new State(
                  Arrays.stream(items).mapToInt(Item::position).toArray(),
                  Arrays.stream(items).map(Item::returns).toArray(Returns[]::new),
                  complete,
                  grammar.classes()));
    }

    private Returns interned(Set<Item> callers) {
      Item[] items = callers.toArray(Item[]::new);
      Arrays.sort(items);
      return returns.computeIfAbsent(
          new Key(Arrays.stream(items).mapToLong(Item::key).toArray()),
          key ->
              new Returns(
                  numReturns.getAndIncrement(),
                  Arrays.stream(items).mapToInt(Item::position).toArray(),
                  Arrays.stream(items).map(Item::returns).toArray(Returns[]::new)));
    }

    private void follow() {
      while (!open.isEmpty()) {
        Item item = open.pop();
        int position = item.position;
        if (grammar.isAccepting(position)) {
          end(item.returns);
        }
        for (int target : grammar.empties(position)) {
          add(target, item.returns);
        }
        int[] called = grammar.calls(position);
        for (int i = 0; i < called.length; i += 2) {
          call(callRank[called[i]], called[i + 1], item.returns);
        }
        if (grammar.byteEdges(position).length > 0) {
          kept.add(item);
        }
      }
    }

    private void call(int rank, int behind, Returns outer) {
      called.set(rank);
      Set<Item> callers = calls.computeIfAbsent(rank, key -> new HashSet<>());
      if (!grammar.isFinal(behind)) {
        callers.add(new Item(behind, outer));
        return;
      }
      // A call at a rule's end: its caller's returns will do, and nesting costs nothing.
      for (int i = 0; i < outer.size(); i++) {
        callers.add(new Item(outer.position(i), outer.outer(i)));
      }
    }
  }
}
