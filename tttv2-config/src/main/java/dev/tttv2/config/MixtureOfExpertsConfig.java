// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import java.util.List;

/**
 * A mixture of experts in the place of the MLP. What an expert computes is said by the model's
 * {@link MLPSpec}, save its width.
 *
 * @param numExperts experts
 * @param expertsPerToken how many of them a token is given to
 * @param expertSize inner width of an expert
 * @param normalizeTopK whether the shares of the chosen experts are divided by their sum
 * @param sharedExpertSize inner width of an expert that every token is given to as well; 0: none
 * @param denseLayers layers that have the model's MLP instead
 */
public record MixtureOfExpertsConfig(
    int numExperts,
    int expertsPerToken,
    int expertSize,
    boolean normalizeTopK,
    int sharedExpertSize,
    List<Integer> denseLayers) {
  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if a number is not positive, sharedExpertSize is negative, or
   *     a token is given to more experts than there are; gives the numbers
   * @throws NullPointerException if denseLayers or one of them is null
   */
  public MixtureOfExpertsConfig {
    Checks.positive("experts", "numExperts", numExperts);
    Checks.positive("experts", "expertsPerToken", expertsPerToken);
    Checks.positive("experts", "expertSize", expertSize);
    Checks.notNegative("experts", "sharedExpertSize", sharedExpertSize);
    if (expertsPerToken > numExperts) {
      throw new IllegalArgumentException(
          "experts: a token is given to %d of %d".formatted(expertsPerToken, numExperts));
    }
    denseLayers = List.copyOf(denseLayers);
  }

  /**
   * Tells whether a layer has the model's MLP and no experts.
   *
   * @param layer from 0
   */
  public boolean isDense(int layer) {
    return denseLayers.contains(layer);
  }
}
