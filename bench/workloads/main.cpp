#include "workloads.h"

int main(int argc, char** argv) { return bench::serve(argc, argv, small_ops()); }
