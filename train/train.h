// The whole layer.
#pragma once
#include "tenon/train/run.h"
#include "tenon/train/trainer.h"
