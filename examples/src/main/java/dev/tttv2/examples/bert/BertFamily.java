// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.bert;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.CheckpointException;
import dev.tttv2.config.EncoderConfig;
import dev.tttv2.config.EncoderMetadata;
import dev.tttv2.config.FamilyFields;
import dev.tttv2.config.Metadata;
import dev.tttv2.config.WeightLoader;
import dev.tttv2.core.Device;
import dev.tttv2.interfaces.Encoder;
import dev.tttv2.interfaces.EncoderFamily;
import dev.tttv2.interfaces.EncoderModel;
import dev.tttv2.interfaces.LoadOptions;
import dev.tttv2.interfaces.ModelBlocks;
import java.util.Set;

/**
 * BERT, from Hugging Face directories: the encoder with its pooler, if the checkpoint has one, and
 * the classifier of texts. Of models that foretell words the encoder is taken and the head left
 * out.
 */
public final class BertFamily implements EncoderFamily {
  private static final String CLASSIFIER = "BertForSequenceClassification";
  private static final Set<String> LANGUAGE_MODELS =
      Set.of("BertForMaskedLM", "BertForPreTraining");

  private static final FamilyFields FIELDS =
      FamilyFields.encoder("position_embedding_type")
          .modelType("bert")
          .defaulting("layer_norm_eps", 1e-12)
          .defaulting("type_vocab_size", 2)
          .defaulting("pad_token_id", 0)
          // Of the first checkpoints; transformers' BertModel never reads it.
          .withoutEffect("directionality");

  /** For {@link java.util.ServiceLoader}. */
  public BertFamily() {}

  @Override
  public String name() {
    return "bert";
  }

  @Override
  public boolean accepts(Checkpoint checkpoint) {
    String architecture = checkpoint.architecture();
    return architecture.equals("BertModel")
        || architecture.equals(CLASSIFIER)
        || LANGUAGE_MODELS.contains(architecture);
  }

  @Override
  public EncoderConfig config(Checkpoint checkpoint) {
    Metadata fields = checkpoint.metadata();
    EncoderConfig config =
        EncoderMetadata.huggingFace(fields, FIELDS, EncoderConfig.builder()).build();
    // The shape of a pooler that BertModel does not have either.
    fields.ignoreUnder("pooler_");
    fields.refuseUnread();
    return config;
  }

  @Override
  public Encoder load(Checkpoint checkpoint, Device device, LoadOptions options) {
    EncoderConfig config = config(checkpoint);
    options.optimizations().checkLayers(config.numLayers());
    WeightLoader loader = options.loader(checkpoint);
    BertWeights weights = new BertWeights(config, loader);
    boolean classifies = checkpoint.architecture().equals(CLASSIFIER);
    try (ModelBlocks blocks = new ModelBlocks(device, options.optimizations())) {
      EncoderModel.Builder encoder =
          CheckpointException.naming(
              checkpoint.path(), () -> Bert.of(config, weights, classifies, blocks));
      weights.refuseUnused(LANGUAGE_MODELS.contains(checkpoint.architecture()));
      return encoder.build();
    }
  }
}
