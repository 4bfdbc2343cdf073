"""A circuit goes to other processes: it is pickled by its text, and compiled where it arrives."""
import multiprocessing

import circ

wave = circ.compile("""
/// A damped wave.
circuit wave(t, damping) = exp(-damping * t) * cos(t)
""").wave


def slope(task):
    circuit, t = task
    return circuit.grad(t, 0.1, wrt="t").t


if __name__ == "__main__":
    times = [0.0, 1.0, 2.0, 3.0]
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        slopes = pool.map(slope, [(wave, t) for t in times])
    for t, found in zip(times, slopes):
        print(f"dwave/dt({t}) = {found:.6f}")
