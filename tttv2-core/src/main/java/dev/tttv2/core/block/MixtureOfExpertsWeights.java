// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.LazyWeight;

/**
 * The weights of a mixture of experts, those of all experts stacked.
 *
 * @param router [E, H]
 * @param gate [E, F, H]
 * @param up [E, F, H]
 * @param down [E, H, F]
 */
public record MixtureOfExpertsWeights(
    LazyWeight router, LazyWeight gate, LazyWeight up, LazyWeight down) {}
