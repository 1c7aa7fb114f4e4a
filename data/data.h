// The whole layer.
#pragma once
#include "tenon/data/dataset.h"
#include "tenon/data/draw.h"
#include "tenon/data/image.h"
#include "tenon/data/transform.h"
