// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.spark;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.OptimizationConfig;
import dev.tttv2.config.WeightCache;
import dev.tttv2.core.Device;
import dev.tttv2.interfaces.CausalLM;
import dev.tttv2.interfaces.ChatTemplate;
import dev.tttv2.interfaces.EngineConfig;
import dev.tttv2.interfaces.LoadOptions;
import dev.tttv2.interfaces.ModelFamily;
import dev.tttv2.interfaces.Tokenizer;
import dev.tttv2.interfaces.VLLMGenerator;
import dev.tttv2.interfaces.server.ModelApi;
import dev.tttv2.interfaces.server.SamplingDefaults;
import dev.tttv2.interfaces.server.ServerConfig;
import java.nio.file.Path;

/**
 * The engine of this process. The first task loads it, all others use it, and it lives as long as
 * the process: a device has room for one, and requests of several tasks are batched together.
 */
final class ExecutorEngine {
  private static ExecutorEngine loaded; // guarded by the class

  private final ModelSpec spec;
  private final ModelApi api;

  private ExecutorEngine(ModelSpec spec, ModelApi api) {
    this.spec = spec;
    this.api = api;
  }

  /**
   * Returns what answers requests.
   *
   * @param onLoad is run if the model was not there, and is loaded
   * @throws IllegalStateException if the process has another model: an application has one
   */
  static synchronized ModelApi api(ModelSpec spec, Runnable onLoad) {
    if (loaded == null) {
      loaded = load(spec);
      onLoad.run();
    }
    if (!loaded.spec.equals(spec)) {
      throw new IllegalStateException(
          "the executor has %s already, and was asked for %s".formatted(loaded.spec, spec));
    }
    return loaded.api;
  }

  private static ExecutorEngine load(ModelSpec spec) {
    try (Checkpoint checkpoint = Checkpoint.open(Path.of(spec.path()))) {
      Tokenizer tokenizer = Tokenizer.of(checkpoint);
      Device device = Device.open();
      LoadOptions options =
          LoadOptions.of(OptimizationConfig.of(spec.preset()), WeightCache.open())
              .withMaxContext(spec.context());
      CausalLM model = ModelFamily.of(checkpoint).load(checkpoint, device, options);
      VLLMGenerator engine =
          new VLLMGenerator(
              model,
              tokenizer,
              ChatTemplate.of(checkpoint).orElse(null),
              EngineConfig.builder().maxUsers(spec.maxUsers()).build());
      ServerConfig config =
          ServerConfig.builder(spec.name()).defaults(SamplingDefaults.of(checkpoint)).build();
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    engine.close();
                    model.close();
                    tokenizer.close();
                    device.close();
                  },
                  "tttv2-close"));
      return new ExecutorEngine(spec, ModelApi.of(engine, config));
    }
  }
}
