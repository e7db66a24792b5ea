// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.structured;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A nondeterministic automaton over characters, without empty steps: state 0 is where a text
 * begins. Made from regular expressions by Thompson's construction (1968).
 */
final class Nfa {
  private static final int MAX_STATES = 50_000;
  private static final int MAX_EDGES = 500_000;

  private final List<List<Edge>> edges = new ArrayList<>();
  private final BitSet accepting = new BitSet();
  private int size;

  private Nfa() {}

  /** A step to another state by one of a set's characters. */
  record Edge(CodePoints set, int target) {}

  int states() {
    return edges.size();
  }

  List<Edge> edges(int state) {
    return edges.get(state);
  }

  boolean isAccepting(int state) {
    return accepting.get(state);
  }

  /**
   * Makes the automaton of the texts that an expression matches as a whole.
   *
   * @param what names the expression in messages
   * @throws IllegalArgumentException if it needs too many states or steps
   */
  static Nfa matching(Regex regex, String what, Budget budget) {
    return new Thompson(what, budget).automaton(regex);
  }

  /** Makes the automaton of the texts in which an expression matches somewhere. */
  static Nfa containing(Regex regex, String what, Budget budget) {
    return matching(Regex.concat(Regex.ANYTHING, regex, Regex.ANYTHING), what, budget);
  }

  /**
   * Makes the automaton of the texts of both.
   *
   * @throws IllegalArgumentException if it needs too many states or steps
   */
  Nfa and(Nfa other, String what, Budget budget) {
    record Pair(int a, int b) {}
    Nfa result = new Nfa();
    Map<Pair, Integer> ids = new HashMap<>();
    Deque<Pair> open = new ArrayDeque<>();
    ids.put(new Pair(0, 0), result.newState(what));
    open.add(new Pair(0, 0));
    while (!open.isEmpty()) {
      Pair pair = open.remove();
      int from = ids.get(pair);
      result.accepting.set(from, isAccepting(pair.a) && other.isAccepting(pair.b));
      for (Edge a : edges(pair.a)) {
        for (Edge b : other.edges(pair.b)) {
          budget.spend(1);
          CodePoints both = a.set.and(b.set);
          if (!both.isEmpty()) {
            Pair target = new Pair(a.target, b.target);
            Integer to = ids.get(target);
            if (to == null) {
              to = result.newState(what);
              ids.put(target, to);
              open.add(target);
            }
            result.add(from, new Edge(both, to), what);
          }
        }
      }
    }
    return result;
  }

  /** Tells whether it has a text. */
  boolean matches(String text) {
    BitSet states = new BitSet();
    states.set(0);
    for (int codePoint : text.codePoints().toArray()) {
      BitSet next = new BitSet();
      states.stream()
          .forEach(
              state -> {
                for (Edge edge : edges(state)) {
                  if (edge.set.contains(codePoint)) {
                    next.set(edge.target);
                  }
                }
              });
      states = next;
    }
    return states.intersects(accepting);
  }

  private int newState(String what) {
    if (edges.size() == MAX_STATES) {
      throw tooLarge(what);
    }
    edges.add(new ArrayList<>());
    return edges.size() - 1;
  }

  private void add(int from, Edge edge, String what) {
    if (size++ == MAX_EDGES) {
      throw tooLarge(what);
    }
    edges.get(from).add(edge);
  }

  private static IllegalArgumentException tooLarge(String what) {
    return new IllegalArgumentException(
        "%s needs an automaton of more than %d states or %d steps"
            .formatted(what, MAX_STATES, MAX_EDGES));
  }

  /** Thompson's automaton, which has empty steps. */
  private static final class Thompson {
    private final String what;
    private final Budget budget;
    private final List<List<Edge>> edges = new ArrayList<>();
    private final List<List<Empty>> empties = new ArrayList<>();
    private int[] seen;
    private int round;

    private enum When {
      ALWAYS,
      AT_BEGIN,
      AT_END
    }

    private record Empty(When when, int target) {}

    Thompson(String what, Budget budget) {
      this.what = what;
      this.budget = budget;
    }

    Nfa automaton(Regex regex) {
      int start = newState();
      int end = build(regex, start);
      // States that count are those behind a character, and the start.
      Map<Integer, Integer> ids = new HashMap<>();
      Deque<Integer> open = new ArrayDeque<>();
      Nfa nfa = new Nfa();
      ids.put(start, nfa.newState(what));
      open.add(start);
      while (!open.isEmpty()) {
        int state = open.remove();
        int from = ids.get(state);
        boolean atBegin = state == start;
        closure(state, atBegin, true);
        nfa.accepting.set(from, seen[end] == round);
        Ints within = closure(state, atBegin, false);
        for (int i = 0; i < within.size(); i++) {
          for (Edge edge : edges.get(within.get(i))) {
            Integer to = ids.get(edge.target);
            if (to == null) {
              to = nfa.newState(what);
              ids.put(edge.target, to);
              open.add(edge.target);
            }
            nfa.add(from, new Edge(edge.set, to), what);
          }
        }
      }
      return nfa;
    }

    /** Finds the states to which empty steps lead; marks them with this round's number. */
    private Ints closure(int state, boolean atBegin, boolean atEnd) {
      if (round == 0) {
        seen = new int[edges.size()];
      }
      round++;
      Ints found = new Ints();
      seen[state] = round;
      found.add(state);
      for (int i = 0; i < found.size(); i++) {
        for (Empty empty : empties.get(found.get(i))) {
          boolean holds =
              switch (empty.when) {
                case ALWAYS -> true;
                case AT_BEGIN -> atBegin;
                case AT_END -> atEnd;
              };
          if (holds && seen[empty.target] != round) {
            seen[empty.target] = round;
            found.add(empty.target);
            budget.spend(1);
          }
        }
      }
      return found;
    }

    /** Builds the way through an expression from a state; returns the state behind it. */
    private int build(Regex regex, int from) {
      budget.spend(1);
      return switch (regex) {
        case Regex.One one -> {
          int to = newState();
          edges.get(from).add(new Edge(one.set(), to));
          yield to;
        }
        case Regex.Concat concat -> {
          int at = from;
          for (Regex item : concat.items()) {
            at = build(item, at);
          }
          yield at;
        }
        case Regex.Choice choice -> {
          int end = newState();
          for (Regex item : choice.items()) {
            empty(build(item, from), end);
          }
          yield end;
        }
        case Regex.Repeat repeat -> repeated(repeat, from);
        case Regex.Begin begin -> anchor(from, When.AT_BEGIN);
        case Regex.End end -> anchor(from, When.AT_END);
      };
    }

    private int repeated(Regex.Repeat repeat, int from) {
      int at = from;
      for (int i = 0; i < repeat.min(); i++) {
        at = build(repeat.item(), at);
      }
      if (repeat.max() == Regex.Repeat.UNBOUNDED) {
        int loop = newState();
        empty(at, loop);
        empty(build(repeat.item(), loop), loop);
        return loop;
      }
      int end = newState();
      for (int i = repeat.min(); i < repeat.max(); i++) {
        empty(at, end);
        at = build(repeat.item(), at);
      }
      empty(at, end);
      return end;
    }

    private int anchor(int from, When when) {
      int to = newState();
      empties.get(from).add(new Empty(when, to));
      return to;
    }

    private void empty(int from, int to) {
      empties.get(from).add(new Empty(When.ALWAYS, to));
    }

    private int newState() {
      if (edges.size() == 4 * MAX_STATES) {
        throw tooLarge(what);
      }
      edges.add(new ArrayList<>(1));
      empties.add(new ArrayList<>(1));
      return edges.size() - 1;
    }
  }
}
