// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.jinja;

import java.util.ArrayList;
import java.util.List;

/** {@code loop} inside a {@code {% for %}}; callable in a recursive one. */
final class Loop implements Members, Callable {
  private final List<?> items;
  private final int depth;
  private final Callable recursion; // null: not recursive
  private List<Object> watched = List.of();
  private boolean watching;
  int index;

  Loop(List<?> items, int depth, Callable recursion) {
    this.items = items;
    this.depth = depth;
    this.recursion = recursion;
  }

  @Override
  public Object member(String name) {
    return switch (name) {
      case "index" -> index + 1L;
      case "index0" -> (long) index;
      case "revindex" -> (long) (items.size() - index);
      case "revindex0" -> items.size() - index - 1L;
      case "first" -> index == 0;
      case "last" -> index == items.size() - 1;
      case "length" -> (long) items.size();
      case "depth" -> depth + 1L;
      case "depth0" -> (long) depth;
      case "previtem" ->
          index == 0 ? new Undefined("there is no previous item") : items.get(index - 1);
      case "nextitem" ->
          index == items.size() - 1 ? new Undefined("there is no next item") : items.get(index + 1);
      case "cycle" ->
          (Callable)
              arguments -> {
                List<Object> values = arguments.positional();
                if (values.isEmpty()) {
                  throw new EvaluationError("no items for cycling given");
                }
                return values.get(index % values.size());
              };
      case "changed" ->
          (Callable)
              arguments -> {
                List<Object> now = new ArrayList<>(arguments.positional());
                boolean changed = !watching || !Values.equal(watched, now);
                watched = now;
                watching = true;
                return changed;
              };
      default -> Undefined.member(this, name);
    };
  }

  @Override
  public Object call(Arguments arguments) {
    if (recursion == null) {
      throw new EvaluationError("the loop is not {% for ... recursive %}");
    }
    return recursion.call(arguments);
  }
}
