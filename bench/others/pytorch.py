#!/usr/bin/python3
"""Gradients of the mixture and of the network by PyTorch, on the same numbers and one thread.

Prints a JSON object: milliseconds for each problem, and the objective, by which
bench/run sees that the same function was differentiated.

usage: pytorch.py [REPETITIONS]
"""
import json
import math
import sys
import time

import numpy as np
import torch

torch.set_num_threads(1)


class Random:
    """The generator of common/data.h (splitmix64; Box and Muller)."""

    def __init__(self, seed):
        self.state = seed

    def next(self, n):
        steps = np.arange(1, n + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = np.uint64(self.state) + steps
        self.state = int(z[-1])
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))

    def normals(self, *shape, sigma=1.0):
        unit = (self.next(2 * math.prod(shape)) >> np.uint64(11)).astype(np.float64) * 2.0**-53
        u = 2.0**-53 + (1 - 2.0**-53) * unit[0::2]
        v = unit[1::2]
        return torch.tensor(sigma * np.sqrt(-2 * np.log(u)) * np.cos(6.283185307179586 * v)).reshape(shape)

    def below(self, n, count):
        return torch.tensor((self.next(count) % np.uint64(n)).astype(np.int64))


def mixture(n, d, k):
    random = Random(20240229)
    alpha, mu = random.normals(k), random.normals(k, d)
    icf, x = random.normals(k, d * (d + 1) // 2, sigma=1 / math.sqrt(d)), random.normals(n, d)
    rows, columns = np.tril_indices(d, -1)
    order = np.lexsort((rows, columns))  # the strict lower part, column by column
    rows, columns = torch.tensor(rows[order]), torch.tensor(columns[order])
    degrees = d + 1
    log_gamma = 0.25 * d * (d - 1) * math.log(math.pi) + sum(math.lgamma(0.5 * degrees + 0.5 * (1 - j)) for j in range(1, d + 1))
    constant = -0.5 * n * d * math.log(2 * math.pi) - k * (degrees * d * (-0.5 * math.log(2)) - log_gamma)

    def objective(alpha, mu, icf):
        q = torch.diag_embed(icf[:, :d].exp())
        q = q.index_put((torch.arange(k)[:, None], rows, columns), icf[:, d:])
        y = x[:, None, :] - mu
        z = torch.einsum("krc,nkc->nkr", q, y)
        terms = alpha + icf[:, :d].sum(1) - 0.5 * (z * z).sum(2)
        prior = 0.5 * ((icf[:, :d].exp() ** 2).sum() + (icf[:, d:] ** 2).sum())
        return constant + torch.logsumexp(terms, 1).sum() - n * torch.logsumexp(alpha, 0) + prior

    return objective, (alpha, mu, icf)


def network(l, b, c):
    random = Random(20240301)
    main, extra, state = random.normals(l, 8, b), random.normals(3, b), random.normals(l, 2, b)
    sequence = torch.zeros(c, b, dtype=torch.float64)
    sequence[torch.arange(c), random.below(b, c)] = 1

    def objective(main, extra):
        hidden, cell, outputs = list(state[:, 0]), list(state[:, 1]), []
        for t in range(c - 1):
            z = sequence[t] * extra[0]
            for j in range(l):
                w = main[j]
                forget = torch.sigmoid(z * w[0] + w[4])
                gate = torch.sigmoid(hidden[j] * w[1] + w[5])
                output = torch.sigmoid(z * w[2] + w[6])
                change = torch.tanh(hidden[j] * w[3] + w[7])
                cell[j] = cell[j] * forget + gate * change
                z = hidden[j] = output * torch.tanh(cell[j])
            outputs.append(z)
        y = torch.stack(outputs) * extra[1] + extra[2]
        lse = torch.log(2 + y.exp().sum(1, keepdim=True))
        return -(sequence[1:] * (y - lse)).sum() / (b * (c - 1))

    return objective, (main, extra)


def milliseconds(problem, repetitions):
    objective, start = problem
    best = math.inf
    for _ in range(repetitions):
        parameters = [p.clone().requires_grad_() for p in start]
        begin = time.process_time()
        value = objective(*parameters)
        torch.autograd.grad(value, parameters)
        best = min(best, time.process_time() - begin)
    return {"milliseconds": 1e3 * best, "value": value.item()}


def main():
    repetitions = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    problems = {f"gmm n=1000 d={d} k={k}": mixture(1000, d, k) for d, k in ((10, 25), (32, 50), (64, 50))}
    problems |= {f"lstm l={l} b=14 c=1024": network(l, 14, 1024) for l in (2, 4)}
    with np.errstate(over="ignore"):
        print(json.dumps({name: milliseconds(problem, repetitions) for name, problem in problems.items()}, indent=1))


main()
