"""What Tenon is measured against: the only place where limits stand."""

# workload: (most times the floor's time, least times faster than LibTorch); None where nothing is asked.
WORKLOADS = {
    "add_4x4": (None, 8),
    "add_4x4_grad": (None, 10),
    "chain_add": (None, 12),
    "chain_mul": (None, 12),
    "linreg": (None, 20),
    "mlp_64_sgd": (1.10, 1.6),
    "mlp_64_adam": (1.10, 2),
    "mlp_512_adam": (1.08, 2),
    "lenet_64_adam": (1.10, 1.5),
    "resnet18_sgd": (1.10, 1),
    "gpt_adamw": (1.15, 1.8),
    "lstm_adam": (1.10, 1),
    "mlp_512_adam_bf16": (None, 1),
    "lenet_64_adam_bf16": (None, 1),
    "resnet18_sgd_bf16": (None, 1),
    "gpt_adamw_bf16": (None, 1),
    "adam_500k": (1.05, 2),
    "adam_50m": (None, 2),
}

# A floor whose turns spread further than this is compared by lower quartiles.
STEADY = 0.15
# Tenon's gain from a second thread, as a share of the floor's.
SPEED_UP = 0.97

# Adam over 50 million parameters reads and writes 28 bytes for each: as a share of what a copy moves.
BANDWIDTH = {"workload": "adam_50m", "bytes": 28 * 50e6, "copy": "copy_1g", "copy_bytes": 1e9, "least": 0.85}

# Peak memory of a step, as a share of LibTorch's.
MEMORY = {"workloads": ["lenet_64_adam", "resnet18_sgd", "gpt_adamw"], "most": 0.8}

# What a user pays before anything is computed: (the most, in the unit; least times better than LibTorch).
COSTS = {
    "compile and link": ("s", 0.8, 15),
    "start to first result": ("ms", 10, 18),
    "memory there": ("MB", 20, 5),
}

# Wall time of training to this accuracy on Fashion-MNIST; least times faster than LibTorch and PyTorch.
TRAINING = {"accuracy": 0.91, "times": 1.5}

# Which workloads the table of another instruction set has.
SHORTER = r"^(mlp_(64|512)_adam|lenet_64_adam|resnet18_sgd|gpt_adamw|lstm_adam)$"
