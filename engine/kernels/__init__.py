"""Fused CPU kernels, generated as LLVM IR and compiled when first needed: no compiler on the user's machine."""

from engine.kernels.activation import Activation
from engine.kernels.compiler import best_precision, supported
from engine.kernels.mobile_synthesis import FusedSynthesis

__all__ = ["Activation", "FusedSynthesis", "best_precision", "supported"]
