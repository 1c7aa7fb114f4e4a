#include <cstring>

#include <gtest/gtest.h>

#include "tenon/core/backends.h"
#include "tenon/core/dispatch.h"
#include "tenon/core/info.h"
#include "tenon/core/memory.h"
#include "tenon/core/memory/bytes_text.h"
#include "tenon/core/ops/activation.h"
#include "tenon/core/ops/arithmetic.h"
#include "tenon/core/ops/comparison.h"
#include "tenon/core/ops/conv.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/index.h"
#include "tenon/core/ops/join.h"
#include "tenon/core/ops/layout.h"
#include "tenon/core/ops/loop.h"
#include "tenon/core/ops/loss.h"
#include "tenon/core/ops/matmul.h"
#include "tenon/core/ops/norm.h"
#include "tenon/core/ops/pool.h"
#include "tenon/core/ops/softmax.h"
#include "tenon/core/ops/sum.h"
#include "tenon/core/ops/update.h"
#include "tenon/core/streams.h"
#include "tenon/core/text.h"
#include "tenon/tests/support/expect_error.h"
#include "tenon/tests/support/fake_device.h"
#include "tenon/tests/support/host_backend.h"

namespace tenon::testing {
namespace {

Array counted(const Shape& shape) {
  Array x = empty(shape);
  for (int64_t i = 0; i < x.numel(); ++i) static_cast<float*>(x.data())[i] = static_cast<float>(i);
  return x;
}

/// Elements in C order.
std::vector<float> values(const Array& x) {
  const Array flat = x.cpu().reshape({-1});
  const auto view = flat.view<const float, 1>();
  std::vector<float> all;
  for (int64_t i = 0; i < flat.numel(); ++i) all.push_back(view[i]);
  return all;
}

TEST(Device, ComputesWhatTheCpuComputes) {
  const Array a = counted({3, 4}), b = counted({4});
  const Array on = a.to(fake()) * b.to(fake()) + 1;
  EXPECT_EQ(on.device(), fake());
  EXPECT_GT(queued_on_fake(), 0);  // nothing ran yet
  EXPECT_EQ(values(on), values(a * b + 1));
  EXPECT_EQ(sum(on).item<float>(), sum(a * b + 1).item<float>());
}

TEST(Device, TemporariesAreGoneWhenTheKernelsRun) {
  const Array x = counted({64});
  Array y = x.to(fake());
  for (int i = 0; i < 20; ++i) y = relu(y + 1) * 2 - y;
  Array expected = x;
  for (int i = 0; i < 20; ++i) expected = relu(expected + 1) * 2 - expected;
  EXPECT_EQ(values(y), values(expected));
}

TEST(Device, UploadsAndDownloadsAnyStrides) {
  const Array x = counted({4, 6});
  for (const Array& view : {x, x.transpose(0, 1), x.slice(1, 1, 6, 2), x.slice(0, 1, 3), x.select(1, 2).expand({3, 4}),
                            x.slice(0, 2, 2), x.reshape({2, 2, 3, 2}).permute({0, 2, 3, 1})}) {
    const Array there = view.to(fake());
    EXPECT_EQ(there.shape(), view.shape());
    EXPECT_EQ(values(there), values(view));
  }
  const Array there = x.to(fake());
  for (const Array& view : {there.transpose(0, 1), there.slice(1, 1, 6, 2), there.select(0, 3)}) {
    EXPECT_EQ(values(view), values(view.cpu()));
  }
  EXPECT_EQ(values(there.slice(1, 1, 6, 2)), values(x.slice(1, 1, 6, 2)));
  EXPECT_EQ(x.transpose(0, 1).to(fake()).strides(), Shape({1, 6}));  // a dense order travels as it is
}

TEST(Device, SourceOfAnUploadMayBeOverwritten) {
  Array x = counted({1 << 20});  // several staging buffers
  const Array there = x.to(fake());
  const Array expected = x.clone();
  x.copy_(zeros({1}));
  EXPECT_EQ(values(there), values(expected));
}

TEST(Device, Description) {
  EXPECT_EQ(description(fake(1)), "a device of the tests");
  EXPECT_EQ(description(bare()), "a device of the tests");
  EXPECT_EQ(description(cpu), "");
  EXPECT_THROW(description({fake().backend, 7}), DeviceError);
}

TEST(Device, WhatIsNone) {
  expect_error<DeviceError>([] { device("../cuda"); },
                            "device: \"../cuda\" is not a device; write cpu, cuda or cuda:1");
  expect_error<DeviceError>([] { device("fake:7"); }, "device: there is no fake:7; fake has 2 devices");
  fake();
  const Device beyond{fake().backend, 100}, missing{fake().backend, 7};
  expect_error<DeviceError>([&] { zeros({2}, float32, beyond); }, "device: there is no fake:100; fake has 2 devices");
  expect_error<DeviceError>([&] { zeros({2}, float32, missing); }, "device: there is no fake:7; fake has 2 devices");
  expect_error<DeviceError>([&] { zeros({2}, float32, Device{200, 0}); }, "device: there is no backend 200");
  EXPECT_THROW(current_stream(beyond), DeviceError);
  EXPECT_THROW(set_current_stream(Stream::default_of(beyond)), DeviceError);
}

// Host memory, and a copy that is done when it returns.
TEST(Device, ABackendWithoutStreamsAndEvents) {
  Backend simple = host_backend<2>("simple");
  simple.device.copy = [](int32_t, void* to, const void* from, size_t bytes, DeviceFunctions::Copy, void*) -> Status {
    std::memcpy(to, from, bytes);
    return {};
  };
  const Device here = register_backend(simple), there{here.backend, 1};
  const Array x = counted({4, 3});
  const Stream stream(here);
  {
    const StreamScope scope(stream);
    const Array on = x.to(here);
    EXPECT_EQ(values(on.to(there)), values(x));
  }
  const Event event(stream);
  EXPECT_TRUE(event.done());
  Stream::default_of(there).wait(event);
  event.synchronize();
  stream.synchronize();
  synchronize(here);
  empty_cache(here);
  EXPECT_EQ(memory_stats(here).reserved, 0u);
}

TEST(Device, PinnedMemory) {
  const Array x = counted({5, 3}).transpose(0, 1);
  Array pinned = pin_memory(x, fake());
  EXPECT_TRUE(pinned.storage()->pinned);
  EXPECT_TRUE(pinned.device().is_cpu());
  EXPECT_EQ(values(pinned), values(x));
  EXPECT_EQ(pin_memory(pinned, fake()).data(), pinned.data());
  EXPECT_EQ(pin_memory(x, cpu).data(), x.data());
  const Array there = pinned.to(fake(), {.async = true});
  EXPECT_GT(queued_on_fake(), 0);
  // The upload has not run; the memory waits for it although nobody holds it.
  pinned = Array();
  const Array next = pin_memory(zeros({3, 5}), fake());
  EXPECT_EQ(values(there), values(x));
  expect_error<DeviceError>([&] { pin_memory(there, fake()); },
                            "pin_memory: the array is on fake:0; call .cpu() first");
}

TEST(Device, ElementsComeToTheHostWithoutAWait) {
  const Array x = counted({2, 3}), there = (x.to(fake()) * 2).transpose(0, 1);
  run_fake();
  const int64_t before = host_waits_on_fake();
  {
    const Array dropped = there.to(cpu, {.async = true});  // its memory is not used again before the copy is made
  }
  const Array back = there.to(cpu, {.async = true}), gaps = there.slice(0, 0, 3, 2).to(cpu, {.async = true});
  const Event done(current_stream(fake()));
  const Array other = pin_memory(full({3, 2}, 7.f), fake());
  EXPECT_FALSE(done.done());
  EXPECT_EQ(host_waits_on_fake(), before);
  done.synchronize();
  EXPECT_EQ(host_waits_on_fake(), before + 1);
  done.synchronize();  // nothing is left to wait for
  EXPECT_EQ(host_waits_on_fake(), before + 1);
  EXPECT_EQ(values(back), values(x.transpose(0, 1) * 2));
  EXPECT_EQ(values(gaps), (std::vector<float>{0, 6, 4, 10}));
  EXPECT_EQ(values(other), std::vector<float>(6, 7));
  EXPECT_EQ(back.device(), cpu);
  EXPECT_EQ(x.to(cpu, {.async = true}).data(), x.data());
  EXPECT_EQ(there.slice(0, 0, 0).to(cpu, {.async = true}).shape(), Shape({0, 2}));
}

TEST(Device, EmptyPinned) {
  const Array x = empty_pinned({2, 3}, float32, fake());
  EXPECT_TRUE(x.storage()->pinned && x.is_contiguous() && x.device().is_cpu());
  EXPECT_EQ(pin_memory(x, fake()).data(), x.data());
  x.copy_(counted({2, 3}));
  EXPECT_EQ(values(x.to(fake(), {.async = true})), values(counted({2, 3})));
  EXPECT_EQ(empty_pinned({0, 3}, uint8, fake()).shape(), Shape({0, 3}));
  EXPECT_FALSE(empty_pinned({2}, float32, cpu).storage()->pinned);
  expect_error<ShapeError>([] { empty_pinned({-1}, float32, fake()); }, "negative size in shape [-1]");
}

TEST(Device, BetweenDevices) {
  const Array x = counted({7});
  for (uint64_t seed = 0; seed < 20; ++seed) {
    seed_fake(seed);
    Array first = x.to(fake(0)) + 1;
    const Array second = first.to(fake(1)) * 2;
    first = Array();
    const Array third = zeros({7}, float32, fake(0));  // may not take the memory that is still read
    EXPECT_EQ(second.device(), fake(1));
    EXPECT_EQ(values(second), values((x + 1) * 2));
    EXPECT_EQ(values(third), values(zeros({7})));
  }
  EXPECT_EQ(values(x.to(fake()).to(bare())), values(x));  // of two backends
}

TEST(Device, ArraysOnDifferentDevices) {
  const Array a = counted({2, 2}), b = a.to(fake(0)), c = a.to(fake(1));
  const auto expect = [](const auto& run, const char* message) { expect_error<DeviceError>(run, message); };
  expect([&] { a + b; }, "add: a is on cpu, b is on fake:0");
  expect([&] { b + c; }, "add: a is on fake:0, b is on fake:1");
  expect([&] { full({}, 1.f).to(fake(1)) * b; },
         "mul: a is on fake:1, b is on fake:0");  // only the CPU's numbers travel
  expect([&] { add_(b, c); }, "add_: a is on fake:0, b is on fake:1");
  expect([&] { matmul(b, a); }, "matmul: a is on fake:0, b is on cpu");
  expect([&] { linear(b, b, a.select(0, 0)); }, "linear: x is on fake:0, bias is on cpu");
  expect([&] { where(b > 0, b, c); }, "where: condition is on fake:0, b is on fake:1");
  expect([&] { where(b > 0, 1, c); }, "where: condition is on fake:0, b is on fake:1");
  expect([&] { cat({b, b, c}); }, "cat: arrays[0] is on fake:0, arrays[2] is on fake:1");
  expect([&] { index_select(b, 0, array<int64_t>({1})); }, "index_select: x is on fake:0, index is on cpu");
  expect(
      [&] {
        index_add(b, 0, array<int64_t>({0, 1}).to(fake(0)), c);
      },
      "index_add: x is on fake:0, source is on fake:1");
  expect([&] { cross_entropy(b, array<int64_t>({0, 1})); }, "cross_entropy: logits is on fake:0, target is on cpu");
  expect([&] { mse_loss(b, c); }, "mse_loss: x is on fake:0, target is on fake:1");
  const Array image = zeros({1, 2, 3, 3}, float32, fake(0)), one = ones({2}), there = one.to(fake(0));
  expect([&] { conv2d(image, zeros({1, 2, 1, 1})); }, "conv2d: x is on fake:0, weight is on cpu");
  expect([&] { batch_norm(image, there, there, there, one); }, "batch_norm: x is on fake:0, running_var is on cpu");
  expect([&] { layer_norm(b, 1, there, one); }, "layer_norm: x is on fake:0, bias is on cpu");
  const std::vector<Array> parameters{b}, gradients{c};
  expect([&] { sgd_update(parameters, gradients, {}, {.lr = 1, .step = 1}); },
         "sgd_update: parameter is on fake:0, gradient or state is on fake:1");
}

TEST(Device, ADtypeWithoutAKernel) {
  const Array x = zeros({1, 1, 2, 2}, int64, fake());
  const auto expect = [](const auto& run, const std::string& op) {
    expect_error<DTypeError>(run,
                             op + ": dtype int64 is not supported (supported: float16, bfloat16, float32, float64)");
  };
  expect([&] { max_pool2d(x, 2); }, "max_pool2d");
  expect([&] { softmax(x, 1); }, "softmax");
}

TEST(Device, NumbersOnTheCpuGoAlong) {
  const Array x = counted({3}), two = full({}, 2.f);
  EXPECT_EQ(values(x.to(fake()) * two), values(x * 2));
  EXPECT_EQ(values(two - x.to(fake())), values(2 - x));
  Array y = x.to(fake());
  y += two;
  EXPECT_EQ(values(y), values(x + 2));
}

TEST(Device, NoKernel) {
  const Array x = counted({3}).to(bare());
  EXPECT_EQ(values(x), values(counted({3})));
  expect_error<DeviceError>([&] { relu(x); }, "relu: no kernel for device bare");
}

template <class T>
void expect_no_host_access(const char* name) {
  const auto message = [name](int ndim) {
    return tenon::text("view<", name, ", ", ndim, ">(): array is on fake:0; call .cpu() first");
  };
  const auto array = [](const Shape& shape) { return empty(shape, dtype_of<T>, fake()); };
  expect_error<DeviceError>([&] { array({}).template view<T, 0>(); }, message(0));
  expect_error<DeviceError>([&] { array({2}).template view<const T, 1>(); }, message(1));
  expect_error<DeviceError>([&] { array({2, 1}).template view<T, 2>(); }, message(2));
  expect_error<DeviceError>([&] { array({2, 1, 1}).template view<const T, 3>(); }, message(3));
  expect_error<DeviceError>([&] { array({2, 1, 1, 1}).template view<T, 4>(); }, message(4));
  EXPECT_EQ((array({2}).template device_view<T, 1>().size(0)), 2);
}

TEST(Device, HostAccessSaysWhatToDo) {
  expect_no_host_access<float>("float");
  expect_no_host_access<double>("double");
  expect_no_host_access<Float16>("Float16");
  expect_no_host_access<BFloat16>("BFloat16");
  expect_no_host_access<int64_t>("int64_t");
  expect_no_host_access<int32_t>("int32_t");
  expect_no_host_access<int8_t>("int8_t");
  expect_no_host_access<uint8_t>("uint8_t");
  expect_no_host_access<bool>("bool");
}

TEST(Device, OutOfMemory) {
  empty_cache(fake());
  const size_t before = memory_stats(fake()).reserved;
  set_memory_limit(fake(), before + (4 << 20));
  Array kept = empty({1 << 19}, float32, fake());  // 2 MiB
  { const Array cached = empty({1 << 18}, float32, fake()); }
  const Array big = empty({1 << 19}, float32, fake());  // fits once the cache is given back
  // The backend without kernels has the same memory.
  const size_t free = (size_t{256} << 20) - memory_stats(fake()).reserved - memory_stats(bare()).reserved;
  const std::string rest = " asked, 4 MiB in use, 0 B cached, " + detail::bytes_text(free) + " free, limit " +
                           detail::bytes_text(memory_stats(fake()).limit);
  expect_error<OutOfMemoryError>([] { empty({1 << 20}, float32, fake()); }, "out of memory on fake:0: 4 MiB" + rest);
  // A kernel that cannot have its workspace says no more than that.
  detail::LaunchContext context{fake()};
  const Launch launch{"sort", nullptr, &detail::services, &context, 0, 0};
  EXPECT_EQ(detail::services.workspace(launch, 3 << 20), nullptr);
  const Status none{StatusCode::out_of_memory, "no scratch memory is left"};
  expect_error<OutOfMemoryError>([&] { detail::throw_failed(launch.op, fake(), none, context); },
                                 "sort: no scratch memory is left: out of memory on fake:0: 3 MiB" + rest);
  expect_error<OutOfMemoryError>([&] { detail::throw_failed(launch.op, fake(), none, context); },
                                 "sort: no scratch memory is left (on fake:0)");  // not for want of a workspace of ours
  set_memory_limit(fake(), 0);
  EXPECT_EQ(empty({1 << 20}, float32, fake()).numel(), 1 << 20);
}

TEST(Device, TheDeviceItselfIsFull) {
  empty_cache(fake(1));
  ASSERT_EQ(memory_stats(fake(1)).reserved, 0u);
  set_fake_capacity(1 << 20);
  expect_error<OutOfMemoryError>([&] { empty({1 << 20}, float32, fake(1)); },
                                 "out of memory on fake:1: 4 MiB asked, 0 B in use, 0 B cached, 1 MiB free");
  set_fake_capacity(256 << 20);
}

TEST(Device, Names) {
  fake();
  EXPECT_EQ(device("fake:1"), fake(1));
  EXPECT_EQ(device_count("fake"), 2);
  expect_error<DeviceError>([&] { device("fake:2"); }, "device: there is no fake:2; fake has 2 devices");
  expect_error<DeviceError>([&] { device("fake:x"); }, "device: \"fake:x\" is not a device; write cpu, cuda or cuda:1");
}

// What the device is for: it ends the process where memory is touched that must not be.

void read_on_the_host() {
  const Array x = zeros({4}, float32, fake());
  volatile float first = *static_cast<const float*>(x.data());
  (void)first;
}

void hand_host_memory_to_a_kernel() {
  const Array here = zeros({4}), there = zeros({4}, float32, fake());
  const View operands[] = {there.raw(), here.raw()};
  Loop loop;
  detail::make_loop(loop, operands, operands[0].shape, 1);
  detail::run(detail::kernels.activation.relu, fake(), float32, loop);
  synchronize(fake());
}

TEST(DeviceDeathTest, HostReadsDeviceMemory) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(read_on_the_host(), "");
}

TEST(DeviceDeathTest, KernelIsHandedHostMemory) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(hand_host_memory_to_a_kernel(), "relu: an operand is not live memory of the device");
}

}  // namespace
}  // namespace tenon::testing
