// Every row of the op table runs on the CUDA backend: each dtype that the CPU takes has a kernel there, whatever the
// layout, and what is launched is what hardware takes. Before that: a table that is filled without a call of CUDA.
#include <algorithm>

#include "tenon/core/error.h"
#include "tenon/core/streams.h"
#include "tenon/core/tuning.h"
#include "tenon/tests/cuda/fake/fake.h"
#include "tenon/tests/support/op_compare.h"

namespace tenon::testing {
namespace {

TEST(FakeCuda, FillingTheTableCallsNothing) {
  FakeCudart& cudart = fake_cudart();  // opened here, if no test before this one did
  const int64_t before = cudart.entries;
  void* library = dlopen(fake_library().c_str(), RTLD_NOW | RTLD_NOLOAD);
  ASSERT_TRUE(library);
  Backend table;
  EXPECT_EQ(reinterpret_cast<FillBackend*>(dlsym(library, "tenon_backend"))(&table), nullptr);
  EXPECT_STREQ(table.name, "cuda");
  EXPECT_EQ(cudart.entries, before);
  EXPECT_EQ(table.device.count(), FakeCudart::devices);
  EXPECT_GT(cudart.entries, before);  // calls are seen
}

/// Values and gradients. Other values than there are: only what throws is wrong.
std::string run(const OpCase& row, const Arrays& inputs) {
  const bool floats = std::any_of(inputs.begin(), inputs.end(), [](const Array& x) { return is_floating(x.dtype()); });
  row.call.arrays(inputs);
  if (row.differentiable && floats) gradients_of(row, inputs, false);
  return {};
}

/// Sizes that do not fit together, and numbers that do not fit a dtype, are refused on every device.
bool cpu_takes(const OpCase& row, const Arrays& inputs) {
  try {
    row.call.arrays(inputs);
  } catch (const Error&) {
    return false;
  }
  return true;
}

/// Every dtype that the row takes, in every layout.
std::string run_dtypes(const OpCase& row, Device device) {
  const bool has_floats = std::any_of(row.inputs.begin(), row.inputs.end(), [](const Input& i) { return i.floats(); });
  for (int t = 0; t < dtype_count; ++t) {
    const DType dtype = static_cast<DType>(t);
    if (has_floats ? !contains(row.dtypes | row.wraps, dtype) : dtype != float64) continue;
    const Arrays inputs = make_inputs(row, dtype);
    if (!cpu_takes(row, inputs)) continue;
    const auto wrong = guarded([&] {
      run(row, on_device(inputs, device));
      return over_layouts(row, dtype, device, [&](const Arrays& strided, const Arrays&) { return run(row, strided); });
    });
    if (!wrong.empty()) return text(name_of(dtype), ": ", wrong);
  }
  return {};
}

/// Sizes of 0, and so many elements that large operands' kernels run, where the CPU takes them.
std::string run_sizes(const OpCase& row, Device device) {
  std::vector<std::vector<Input>> all = resized(row, 0);
  for (std::vector<Input>& large : enlarged(row, 20000)) all.push_back(std::move(large));
  for (const std::vector<Input>& sizes : all) {
    const Arrays inputs = make_inputs(row.name, sizes, contains(row.dtypes, float32) ? float32 : float64);
    if (!cpu_takes(row, inputs)) continue;
    auto wrong = guarded([&] { return run(row, on_device(inputs, device)); });
    if (!wrong.empty()) return text("inputs ", sizes_text(sizes), ": ", wrong);
  }
  return {};
}

class FakeCudaRows : public ::testing::TestWithParam<OpCase> {
 protected:
  void SetUp() override {
    if (GetParam().cpu_only) GTEST_SKIP() << "on the CPU only: " << GetParam().cpu_only;
    device = fake_cuda(1);  // not the thread's current one
    cudart.expected_device = 1;
  }
  void TearDown() override {
    EXPECT_EQ(cudart.wrong, "");
    cudart.wrong.clear();
    cudart.expected_device = -1;
    cudart.expected_stream = nullptr;
    cudart.refuses = false;
  }
  FakeCudart& cudart = fake_cudart();
  Device device;
};

TEST_P(FakeCudaRows, RunsInEveryDtypeAndLayout) { EXPECT_EQ(run_dtypes(GetParam(), device), ""); }
TEST_P(FakeCudaRows, RunsInEverySize) { EXPECT_EQ(run_sizes(GetParam(), device), ""); }

TEST_P(FakeCudaRows, RunsWithoutTheLibraries) {
  cudart.refuses = true;
  EXPECT_EQ(run_dtypes(GetParam(), device), "");
}

TEST_P(FakeCudaRows, RunsOnTheThreadsStream) {
  const Stream side(device);
  const StreamScope scope(side);
  cudart.expected_stream = side.native();
  const DType dtype = contains(GetParam().dtypes, float32) ? float32 : float64;
  EXPECT_EQ(guarded([&] { return run(GetParam(), on_device(make_inputs(GetParam(), dtype), device)); }), "");
}

TEST_P(FakeCudaRows, RunsWithDeterminism) {
  const Determinism scope;
  EXPECT_EQ(run_dtypes(GetParam(), device), "");
}

// cuBLASLt's and cuDNN's ways are measured, beside each other.
TEST_P(FakeCudaRows, RunsWithMeasuring) {
  if (!GetParam().name.starts_with("conv") && GetParam().family != "matmul") return;
  set_benchmark(true);
  set_tf32(true);
  EXPECT_EQ(run_dtypes(GetParam(), device), "");
  set_benchmark(false);
  set_tf32(false);
}

/// A test's name may hold letters and digits only.
std::string test_name(const ::testing::TestParamInfo<OpCase>& row) {
  std::string name = row.param.name;
  for (char& c : name) {
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Rows, FakeCudaRows, ::testing::ValuesIn(op_cases()), test_name);

// Counted in the report. None today: a new row lands with its kernels.
TEST(FakeCuda, RowsWithoutKernels) {
  int count = 0;
  for (const OpCase& row : op_cases()) count += row.cpu_only != nullptr;
  RecordProperty("rows", static_cast<int>(op_cases().size()));
  RecordProperty("cpu_only", count);
  EXPECT_EQ(count, 0);
}

}  // namespace
}  // namespace tenon::testing
