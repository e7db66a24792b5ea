// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import net.jqwik.api.lifecycle.AroundPropertyHook;
import net.jqwik.api.lifecycle.PropagationMode;
import net.jqwik.api.lifecycle.PropertyExecutionResult;
import net.jqwik.api.lifecycle.PropertyExecutor;
import net.jqwik.api.lifecycle.PropertyLifecycleContext;

/** Few tries of each property in the ordinary test run, many in its full form. */
final class Tries implements AroundPropertyHook {
  private static final int SHORT = 50;
  private static final int FULL = 2000;

  /** Whoever is annotated with it, or is inside. */
  @Override
  public PropagationMode propagateTo() {
    return PropagationMode.ALL_DESCENDANTS;
  }

  @Override
  public PropertyExecutionResult aroundProperty(
      PropertyLifecycleContext context, PropertyExecutor property) {
    context.attributes().setTries(Boolean.getBoolean("tttv2.full") ? FULL : SHORT);
    return property.execute();
  }
}
