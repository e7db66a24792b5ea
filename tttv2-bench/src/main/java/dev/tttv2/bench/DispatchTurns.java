// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.bench;

import java.io.IOException;
import java.util.Locale;

/**
 * Runs one of {@link DispatchBenchmark}'s cases by {@linkplain Turns turns} with another program. A
 * line is a number of calls; the answer is the median of their microseconds.
 *
 * <p>Arguments: the case, layers and users.
 */
public final class DispatchTurns {
  private DispatchTurns() {}

  /** A case: what is done before each call, which takes no part, and the call. */
  private record Case(Runnable before, Runnable call, int steps, Runnable close) {}

  /** Runs. */
  public static void main(String[] args) throws IOException {
    BenchmarkDevice on = new BenchmarkDevice();
    on.backend = "ttnn";
    on.open();
    Case chosen = choose(args[0], Integer.parseInt(args[1]), Integer.parseInt(args[2]), on);
    Turns.serve(System.in, System.out, "{}", calls -> time(chosen, Integer.parseInt(calls)));
    chosen.close.run();
    on.close();
  }

  private static String time(Case chosen, int calls) {
    double[] times = new double[calls];
    for (int i = 0; i < times.length; i++) {
      chosen.before.run();
      long begin = System.nanoTime();
      chosen.call.run();
      times[i] = (System.nanoTime() - begin) / 1e3 / chosen.steps;
    }
    return String.format(Locale.ROOT, "%.3f", Turns.median(times));
  }

  private static Case choose(String name, int layers, int users, BenchmarkDevice on) {
    DispatchBenchmark benchmark = new DispatchBenchmark();
    DispatchBenchmark.Common common = new DispatchBenchmark.Common();
    common.model = "Llama-3.1-8B";
    common.preset = "performance";
    Runnable nothing = () -> {};
    switch (name) {
      case "decodeLayer" -> {
        DispatchBenchmark.Layer layer = new DispatchBenchmark.Layer();
        layer.users = users;
        layer.make(on, common);
        return new Case(nothing, () -> benchmark.decodeLayer(layer), 1, layer::close);
      }
      case "decodeStep" -> {
        DispatchBenchmark.Decode decode = new DispatchBenchmark.Decode();
        decode.layers = layers;
        decode.users = users;
        decode.make(on, common);
        return new Case(nothing, () -> benchmark.decodeStep(decode), 1, decode::close);
      }
      case "replayedStep" -> {
        DispatchBenchmark.Replay replay = new DispatchBenchmark.Replay();
        replay.layers = layers;
        replay.users = users;
        replay.make(on, common);
        return new Case(
            () -> replay.renew(on, common),
            () -> benchmark.replayedStep(replay),
            DispatchBenchmark.REPLAYS,
            replay::close);
      }
      case "prefill", "tracedPrefill" -> {
        DispatchBenchmark.Prefill prefill = new DispatchBenchmark.Prefill();
        prefill.layers = layers;
        prefill.make(on, common);
        if (name.equals("prefill")) {
          return new Case(nothing, () -> benchmark.prefill(prefill), 1, prefill::close);
        }
        DispatchBenchmark.TracedPrefill traced = new DispatchBenchmark.TracedPrefill();
        traced.capture(on, prefill);
        return new Case(
            nothing,
            () -> benchmark.tracedPrefill(prefill, traced),
            1,
            () -> {
              traced.close();
              prefill.close();
            });
      }
      default -> throw new IllegalArgumentException("case '%s'".formatted(name));
    }
  }
}
