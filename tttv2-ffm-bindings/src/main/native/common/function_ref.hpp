// SPDX-License-Identifier: Apache-2.0
//
// Something that can be called, for the time of a call: unlike std::function it owns nothing and takes no memory.
#pragma once

#include <concepts>
#include <memory>
#include <type_traits>
#include <utility>

namespace tttv2 {

template <typename Signature>
class FunctionRef;

template <typename Result, typename... Args>
class FunctionRef<Result(Args...)> {
 public:
  template <typename F>
    requires(!std::same_as<std::remove_cvref_t<F>, FunctionRef> && std::is_invocable_r_v<Result, F &, Args...>)
  FunctionRef(F &&function)
      : function_(const_cast<void *>(static_cast<const void *>(std::addressof(function)))), call_([](void *f, Args... args) -> Result {
          return (*static_cast<std::remove_reference_t<F> *>(f))(std::forward<Args>(args)...);
        }) {}

  Result operator()(Args... args) const { return call_(function_, std::forward<Args>(args)...); }

 private:
  void *function_;
  Result (*call_)(void *, Args...);
};

}  // namespace tttv2
