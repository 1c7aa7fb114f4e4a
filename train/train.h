// The whole layer.
#pragma once
#include "tenon/train/config/train_config.h"
#include "tenon/train/evaluate.h"
#include "tenon/train/pipeline.h"
#include "tenon/train/progress.h"
#include "tenon/train/run.h"
#include "tenon/train/trained_model.h"
#include "tenon/train/trainer.h"
