// SPDX-License-Identifier: Apache-2.0
// A start-up script for jshell: opens a device, multiplies two tensors and runs a block.
// Leaves device, a, b, product, norm and normed to play with.

import dev.tttv2.core.*;
import dev.tttv2.core.block.*;

var device = Device.open();
System.out.println("device  " + device.info().name() + ", " + device.backend() + " backend");

// Two tensors [2, 3] x [3, 2], tiled as the matrix engine wants them.
var a = Tensor.of(device, DataType.FLOAT32, Layout.TILE, new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
var b = Tensor.of(device, DataType.FLOAT32, Layout.TILE, new float[] {1, 0, 0, 1, 1, 1}, 3, 2);
var product = Ttnn.matmul(a, b);
System.out.println("a x b   " + Arrays.toString(product.toFloats()));

// A block: wishes, resolved for this device, and a weight. x / sqrt(mean(x^2)) of each row.
var plan = RMSNormConfig.builder(2).weightDtype(DataType.FLOAT32).build().resolve(device.target());
var norm = new RMSNorm(device, plan, LazyWeight.of("ones", new float[] {1, 1}, 2));
var normed = norm.forward(product);
System.out.println("norm    " + Arrays.toString(normed.toFloats()));
