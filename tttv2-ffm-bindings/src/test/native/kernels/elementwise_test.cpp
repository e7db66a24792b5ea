// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "check.hpp"

using namespace tttv2;
using namespace tttv2::host;
using namespace tttv2::host::test;

namespace {

double reference(Activation op, double x) {
  switch (op) {
    case Activation::kNone: return x;
    case Activation::kSilu: return x / (1 + std::exp(-x));
    case Activation::kGelu: return 0.5 * x * std::erfc(-x / std::sqrt(2.0));
    case Activation::kGeluTanh: {
      const double u = std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x);
      return x / (1 + std::exp(-2 * u));
    }
    case Activation::kRelu: return x > 0 ? x : 0;
    case Activation::kTanh: return std::tanh(x);
    case Activation::kSigmoid: return 1 / (1 + std::exp(-x));
  }
  return 0;
}

const Activation kActivations[] = {Activation::kNone, Activation::kSilu, Activation::kGelu,   Activation::kGeluTanh,
                                   Activation::kRelu, Activation::kTanh, Activation::kSigmoid};

void activations(const Kernels &kernels) {
  std::vector<float> x;
  for (int i = -24000; i <= 24000; ++i) x.push_back(static_cast<float>(i) * 0.00051f);
  for (float p = 1e-30f; p < 80.0f; p *= 1.037f) {
    x.push_back(p);
    x.push_back(-p);
  }
  for (const Activation op : kActivations) {
    std::vector<float> y = x;
    kernels.activate(op, y.data(), static_cast<int64_t>(y.size()));
    double worst = 0;
    float at = 0;
    for (size_t i = 0; i < x.size(); ++i) {
      const double expected = reference(op, x[i]);
      if (std::fabs(expected) < 1e-30) {  // smaller results may lose accuracy, down to 0
        CHECK(std::fabs(y[i] - expected) < 1e-30, "%s: activation %d of %g is %g", kernels.isa, static_cast<int>(op),
              x[i], y[i]);
        continue;
      }
      // Formula error of a tanh GELU whose argument is rounded grows with the argument, as the reference's own does.
      const double slack = op == Activation::kGeluTanh && x[i] < -1 ? 1 + 0.2 * std::fabs(x[i] * x[i] * x[i]) : 1;
      const double error = std::fabs(y[i] - expected) / std::fabs(expected) / slack;
      if (!(error <= worst)) {
        worst = error;
        at = x[i];
      }
    }
    CHECK(worst <= 1e-6, "%s: activation %d has relative error %g at %.9g", kernels.isa, static_cast<int>(op), worst,
          at);
    std::printf("  %-8s activation %d: largest relative error %.2g at %g\n", kernels.isa, static_cast<int>(op), worst,
                at);

    float special[4] = {NAN, INFINITY, 1e30f, -1e30f};
    kernels.activate(op, special, 4);
    CHECK(std::isnan(special[0]), "%s: activation %d of NaN is %g", kernels.isa, static_cast<int>(op), special[0]);
    const bool bounded = op == Activation::kTanh || op == Activation::kSigmoid;
    CHECK(special[1] == (bounded ? 1.0f : INFINITY), "%s: activation %d of infinity is %g", kernels.isa,
          static_cast<int>(op), special[1]);
    CHECK(special[2] == (bounded ? 1.0f : 1e30f), "%s: activation %d of 1e30 is %g", kernels.isa, static_cast<int>(op),
          special[2]);
    const float low = op == Activation::kNone ? -1e30f : op == Activation::kTanh ? -1.0f : 0.0f;
    CHECK(special[3] == low, "%s: activation %d of -1e30 is %g", kernels.isa, static_cast<int>(op), special[3]);
  }
}

void sizes_do_not_matter(const Kernels &kernels) {
  Random random(9);
  for (const int64_t n : awkward_sizes()) {
    const std::vector<float> a = random.normals(n), b = random.normals(n);
    const auto size = static_cast<size_t>(n);
    std::vector<float> out(size + 1, 7.0f);
    bool good = true;
    kernels.add(a.data(), b.data(), out.data(), n);
    for (size_t i = 0; i < size; ++i) good &= out[i] == a[i] + b[i];
    kernels.subtract(a.data(), b.data(), out.data(), n);
    for (size_t i = 0; i < size; ++i) good &= out[i] == a[i] - b[i];
    kernels.multiply(a.data(), b.data(), out.data(), n);
    for (size_t i = 0; i < size; ++i) good &= out[i] == a[i] * b[i];
    std::vector<float> same = a;
    kernels.add(same.data(), b.data(), same.data(), n);  // in place
    for (size_t i = 0; i < size; ++i) good &= same[i] == a[i] + b[i];
    CHECK(good && out[size] == 7.0f, "%s: arithmetic of %ld", kernels.isa, n);
    for (const Activation op : kActivations) {
      std::vector<float> all(size + 1, 7.0f);
      std::copy(a.begin(), a.end(), all.begin());
      kernels.activate(op, all.data(), n);
      bool equal = all[size] == 7.0f;
      for (size_t i = 0; i < size; ++i) {
        float one = a[i];
        kernels.activate(op, &one, 1);
        equal &= bits_of(one) == bits_of(all[i]);
      }
      CHECK(equal, "%s: activation %d of %ld", kernels.isa, static_cast<int>(op), n);
    }
  }
}

void norm(const Kernels &kernels) {
  Random random(10);
  for (const int64_t n : awkward_sizes()) {
    for (int variant = 0; variant < 4; ++variant) {
      const auto size = static_cast<size_t>(n);
      const std::vector<float> x = random.normals(n, variant == 3 ? 1e-3f : 3.0f), w = random.normals(n),
                               b = random.normals(n);
      std::vector<float> out(size + 1, 7.0f);
      kernels.rms_norm(x.data(), variant & 1 ? w.data() : nullptr, variant & 2 ? b.data() : nullptr, 1e-5f, out.data(),
                       n);
      double squares = 0;
      for (const float v : x) squares += static_cast<double>(v) * v;
      const double factor = 1 / std::sqrt(squares / static_cast<double>(n) + 1e-5f);
      bool good = out[size] == 7.0f;
      for (size_t i = 0; i < size; ++i) {
        const double scaled = x[i] * factor * (variant & 1 ? w[i] : 1.0f);
        const double expected = scaled + (variant & 2 ? b[i] : 0.0f);
        good &= std::fabs(out[i] - expected) <= 1e-6 * (std::fabs(scaled) + std::fabs(expected)) + 1e-12;
      }
      CHECK(good, "%s: rms_norm of %ld, variant %d", kernels.isa, n, variant);
      std::vector<float> same = x;
      kernels.rms_norm(same.data(), variant & 1 ? w.data() : nullptr, variant & 2 ? b.data() : nullptr, 1e-5f,
                       same.data(), n);
      out.resize(size);
      CHECK(same_bits(same, out), "%s: rms_norm of %ld in place", kernels.isa, n);
    }
  }
}

void layer_norm(const Kernels &kernels) {
  Random random(13);
  for (const int64_t n : awkward_sizes()) {
    for (int variant = 0; variant < 5; ++variant) {
      const auto size = static_cast<size_t>(n);
      // Spread out, small, and far from zero.
      const float spread = variant == 3 ? 1e-3f : 3.0f, offset = variant == 4 ? 1000.0f : 0.5f;
      std::vector<float> x = random.normals(n, spread);
      for (float &v : x) v += offset;
      const std::vector<float> w = random.normals(n), b = random.normals(n);
      const float *weight = variant & 1 ? w.data() : nullptr, *bias = variant & 2 ? b.data() : nullptr;
      std::vector<float> out(size + 1, 7.0f);
      kernels.layer_norm(x.data(), weight, bias, 1e-5f, out.data(), n);
      double mean = 0, variance = 0;
      for (const float v : x) mean += v / static_cast<double>(n);
      for (const float v : x) variance += (v - mean) * (v - mean) / static_cast<double>(n);
      const double factor = 1 / std::sqrt(variance + 1e-5f);
      bool good = out[size] == 7.0f;
      for (size_t i = 0; i < size; ++i) {
        const double scaled = (x[i] - mean) * factor * (variant & 1 ? w[i] : 1.0f);
        const double expected = scaled + (variant & 2 ? b[i] : 0.0f);
        // The mean is a float32, known to a unit in the last place of itself or of the spread.
        const double slack =
            (std::fabs(mean) + std::sqrt(variance)) * 1.2e-7 * factor * (variant & 1 ? std::fabs(w[i]) : 1.0f);
        good &= std::fabs(out[i] - expected) <= 1e-6 * (std::fabs(scaled) + std::fabs(expected)) + slack + 1e-12;
      }
      CHECK(good, "%s: layer_norm of %ld, variant %d", kernels.isa, n, variant);
      std::vector<float> same = x;
      kernels.layer_norm(same.data(), weight, bias, 1e-5f, same.data(), n);
      out.resize(size);
      CHECK(same_bits(same, out), "%s: layer_norm of %ld in place", kernels.isa, n);
    }
    // One value throughout has no variance, whatever its mean is rounded to.
    for (const float value : {0.1f, -12345.678f, 3e8f}) {
      const std::vector<float> x(static_cast<size_t>(n), value);
      std::vector<float> out(x.size());
      kernels.layer_norm(x.data(), nullptr, nullptr, 1e-5f, out.data(), n);
      CHECK(std::all_of(out.begin(), out.end(), [](float v) { return v == 0; }), "%s: layer_norm of %ld times %g",
            kernels.isa, n, value);
    }
  }
}

void softmax(const Kernels &kernels) {
  Random random(11);
  for (const int64_t n : awkward_sizes()) {
    for (const float spread : {1.0f, 30.0f, 1e4f}) {
      const auto size = static_cast<size_t>(n);
      std::vector<float> x = random.normals(n, spread);
      if (n > 2) x[1] = -INFINITY;
      std::vector<float> y(size + 1, 7.0f);
      std::copy(x.begin(), x.end(), y.begin());
      kernels.softmax(y.data(), n);
      double top = -HUGE_VAL, total = 0;
      for (const float v : x) top = std::max<double>(top, v);
      for (const float v : x) total += std::exp(v - top);
      bool good = y[size] == 7.0f;
      for (size_t i = 0; i < size; ++i) {
        const double expected = std::exp(x[i] - top) / total;
        good &= std::fabs(y[i] - expected) <= 4e-6 * expected + 1e-30;
      }
      CHECK(good, "%s: softmax of %ld, spread %g", kernels.isa, n, spread);
    }
  }
}

void rotations(const Kernels &kernels) {
  Random random(12);
  for (const int64_t n :
       {int64_t{2}, int64_t{6}, int64_t{16}, int64_t{34}, int64_t{64}, int64_t{80}, int64_t{96}, int64_t{128}}) {
    const auto size = static_cast<size_t>(n);
    const std::vector<float> x = random.normals(n), c = random.normals(n), s = random.normals(n);
    std::vector<float> out(size + 1, 7.0f), in_place = x;
    kernels.rotate_half(x.data(), c.data(), s.data(), out.data(), n);
    bool good = out[size] == 7.0f;
    const size_t half = size / 2;
    for (size_t i = 0; i < size; ++i) {
      const float turned = i < half ? -x[i + half] : x[i - half];
      const volatile float first = x[i] * c[i], second = turned * s[i];
      good &= bits_of(out[i]) == bits_of(first + second);
    }
    CHECK(good, "%s: rotate_half of %ld", kernels.isa, n);
    kernels.rotate_half(in_place.data(), c.data(), s.data(), in_place.data(), n);
    CHECK(std::equal(in_place.begin(), in_place.end(), out.begin()), "%s: rotate_half of %ld in place", kernels.isa, n);
    kernels.rotate_pairs(x.data(), c.data(), s.data(), out.data(), n);
    good = out[size] == 7.0f;
    for (size_t i = 0; i < size; ++i) {
      const float turned = i % 2 == 0 ? -x[i + 1] : x[i - 1];
      const volatile float first = x[i] * c[i], second = turned * s[i];
      good &= bits_of(out[i]) == bits_of(first + second);
    }
    CHECK(good, "%s: rotate_pairs of %ld", kernels.isa, n);
  }
}

}  // namespace

int main() {
  for (const Kernels *kernels : runnable_kernels()) {
    activations(*kernels);
    sizes_do_not_matter(*kernels);
    norm(*kernels);
    layer_norm(*kernels);
    softmax(*kernels);
    rotations(*kernels);
  }
  return report("elementwise");
}
