"""The optimizers that torch has not."""

from __future__ import annotations

from ganstudio.export.script.text import block

TENSORFLOW_ADAM = block('''
    class TensorFlowAdam(torch.optim.Optimizer):
        """Adam as TensorFlow has it (Kingma and Ba 2015, the end of section 2).

        Epsilon stands outside the bias correction, unlike in torch.optim.Adam.
        """

        def __init__(self, weights, lr, betas, eps):
            super().__init__(weights, {"lr": lr, "betas": betas, "eps": eps})

        @torch.no_grad()
        def step(self):
            (group,) = self.param_groups
            (beta1, beta2), eps = group["betas"], group["eps"]
            for w in group["params"]:
                state = self.state[w]
                if not state:
                    state.update(t=0, m=torch.zeros_like(w), v=torch.zeros_like(w))
                state["t"] += 1
                t, m, v = state.values()
                m.lerp_(w.grad, 1 - beta1)
                v.lerp_(w.grad.square(), 1 - beta2)
                rate = group["lr"] * math.sqrt(1 - beta2**t) / (1 - beta1**t)
                w.addcdiv_(m, v.sqrt() + eps, value=-rate)
''')
OPTIMISTIC_ADAM = block('''
    class OptimisticAdam(torch.optim.Optimizer):
        """Twice Adam's step less the last one (Daskalakis et al. 2018, algorithm 1).

        It foresees that the opponent moves on.
        """

        def __init__(self, weights, lr, betas, eps):
            super().__init__(weights, {"lr": lr, "betas": betas, "eps": eps})

        @torch.no_grad()
        def step(self):
            (group,) = self.param_groups
            (beta1, beta2), eps = group["betas"], group["eps"]
            for w in group["params"]:
                state = self.state[w]
                if not state:
                    state.update(t=0, m=torch.zeros_like(w), v=torch.zeros_like(w))
                    state.update(last=torch.zeros_like(w))
                state["t"] += 1
                t, m, v, last = state.values()
                m.lerp_(w.grad, 1 - beta1)
                v.lerp_(w.grad.square(), 1 - beta2)
                root = math.sqrt(1 - beta2**t)
                rate = group["lr"] * root / (1 - beta1**t)
                step = rate * m / (v.sqrt() + eps * root)
                w.add_(last - 2 * step)
                last.copy_(step)
''')
RMSPROP_NESTEROV = block('''
    class RMSpropNesterov(torch.optim.Optimizer):
        """RMSProp with Nesterov momentum (Goodfellow, Bengio, Courville 2016, algorithm 8.6).

        The stored weights are the book's look-ahead, where it takes the gradient.
        """

        def __init__(self, weights, lr, rho, momentum, eps):
            super().__init__(weights, {"lr": lr, "rho": rho, "momentum": momentum, "eps": eps})

        @torch.no_grad()
        def step(self):
            (group,) = self.param_groups
            for w in group["params"]:
                state = self.state[w]
                if not state:
                    state.update(r=torch.zeros_like(w), velocity=torch.zeros_like(w))
                r, velocity = state.values()
                r.lerp_(w.grad.square(), 1 - group["rho"])
                step = group["lr"] * w.grad / (r.sqrt() + group["eps"])
                velocity.mul_(group["momentum"]).sub_(step)
                w.add_(group["momentum"] * velocity).sub_(step)
''')
