// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import dev.tttv2.config.VisionConfig;
import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.Layout;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.block.PatchEmbedding;
import java.util.function.UnaryOperator;

/**
 * Pixels to the residual stream.
 *
 * <pre>
 * pixels R [B, C, height, width] -&gt; patch embedding [B, 1, S, H] -&gt; norm, if there is one
 * </pre>
 */
final class ImageStem implements EncoderStem {
  private static final String PIXEL_VALUES = "pixel_values";

  private final Device device;
  private final VisionConfig config;
  private final PatchEmbedding patches;
  private final UnaryOperator<Tensor> norm;

  /**
   * Takes blocks that stay the model's.
   *
   * @param norm of the embeddings; takes over what it is given
   */
  ImageStem(
      Device device, VisionConfig config, PatchEmbedding patches, UnaryOperator<Tensor> norm) {
    this.device = device;
    this.config = config;
    this.patches = patches;
    this.norm = norm;
  }

  @Override
  public void check(EncoderInputs inputs) {
    if (!(inputs instanceof ImageBatch images)) {
      throw new IllegalArgumentException("the model takes %s, not texts".formatted(PIXEL_VALUES));
    }
    if (images.channels() != config.numChannels()
        || images.height() != config.imageHeight()
        || images.width() != config.imageWidth()) {
      throw new IllegalArgumentException(
          "%s are [%d, %d, %d, %d], expected [B, %d, %d, %d]"
              .formatted(
                  PIXEL_VALUES,
                  images.size(),
                  images.channels(),
                  images.height(),
                  images.width(),
                  config.numChannels(),
                  config.imageHeight(),
                  config.imageWidth()));
    }
  }

  @Override
  public int rows(EncoderInputs inputs) {
    return patches.plan().outputRows();
  }

  @Override
  public Part part(EncoderInputs inputs, int from, int to) {
    return new Images(((ImageBatch) inputs).part(from, to));
  }

  private final class Images implements Part {
    private final ImageBatch images;

    Images(ImageBatch images) {
      this.images = images;
    }

    @Override
    public Tensor embed() {
      try (Tensor pixels =
          Tensor.of(
              device,
              DataType.FLOAT32,
              Layout.ROW_MAJOR,
              images.pixelValues(),
              images.size(),
              images.channels(),
              images.height(),
              images.width())) {
        return norm.apply(patches.forward(pixels));
      }
    }

    @Override
    public Tensor mask() {
      return null;
    }

    @Override
    public boolean isReal(int input, int row) {
      return true;
    }
  }
}
