"""Answers to problem set 4."""

from tests.answers.changed import changed

AFTER = """
def gru_step(x, h_, W, R, b, b_hn):
    H = h_.shape[1]
    a, u = x @ W + b, h_ @ R
    r = sigmoid(a[:, :H] + u[:, :H])
    z = sigmoid(a[:, H : 2 * H] + u[:, H : 2 * H])
    n = np.tanh(a[:, 2 * H :] + r * (u[:, 2 * H :] + b_hn))
    return (1 - z) * n + z * h_
"""
BEFORE = """
def gru_step_before(x, h_, W, R, b):
    H = h_.shape[1]
    a, u = x @ W + b, h_ @ R
    r = sigmoid(a[:, :H] + u[:, :H])
    z = sigmoid(a[:, H : 2 * H] + u[:, H : 2 * H])
    n = np.tanh(a[:, 2 * H :] + (r * h_) @ R[:, 2 * H :])
    return (1 - z) * n + z * h_
"""
MIRROR = """
def other_z(W, R, b):
    H = len(R)
    sign = np.repeat([1, -1, 1], H)
    return W * sign, R * sign, b * sign
"""
TORCH = """
def from_pytorch(weight_ih, weight_hh, bias_ih, bias_hh):
    H = len(bias_hh) // 3
    b = bias_ih + bias_hh
    b[2 * H :] = bias_ih[2 * H :]
    return weight_ih.T, weight_hh.T, b, bias_hh[2 * H :]
"""
MENDED = """
def pytorch_step(x, h_, weight_ih, weight_hh, bias_ih, bias_hh):
    x_r, x_z, x_n = np.split(x @ weight_ih.T + bias_ih, 3, axis=1)
    h_r, h_z, h_n = np.split(h_ @ weight_hh.T + bias_hh, 3, axis=1)
    r, z = sigmoid(x_r + h_r), sigmoid(x_z + h_z)
    n = np.tanh(x_n + r * h_n)
    return (1 - z) * n + z * h_
"""
ANSWERS = {
    "ps4.1": {
        "right": {
            "cut by hand": AFTER,
            "unit by unit": """
def gru_step(x, h_, W, R, b, b_hn):
    h, H = h_.copy(), h_.shape[1]
    for j in range(H):
        r, z = (sigmoid(x @ W[:, k] + h_ @ R[:, k] + b[k]) for k in (j, H + j))
        k = 2 * H + j
        n = np.tanh(x @ W[:, k] + b[k] + r * (h_ @ R[:, k] + b_hn[j]))
        h[:, j] = n + z * (h_[:, j] - n)
    return h
""",
        },
        "wrong": {
            "no b_hn": changed(AFTER, (" + b_hn", "")),
            "b_hn outside": changed(AFTER, ("(u[:, 2 * H :] + b_hn)", "u[:, 2 * H :] + b_hn")),
            "reset before": changed(
                AFTER, ("r * (u[:, 2 * H :] + b_hn)", "(r * h_) @ R[:, 2 * H :] + b_hn")
            ),
            "z lets in": changed(AFTER, ("(1 - z) * n + z * h_", "z * n + (1 - z) * h_")),
            "r and z swapped": changed(
                AFTER, ("    r =", "    q ="), ("    z =", "    r ="), ("    q =", "    z =")
            ),
            "no reset": changed(AFTER, ("r * (u", "(u")),
            "no tanh": changed(AFTER, ("np.tanh(", "(")),
            "no bias": changed(AFTER, ("x @ W + b", "x @ W")),
            "z lets in and b_hn outside": changed(
                AFTER,
                ("(1 - z) * n + z * h_", "z * n + (1 - z) * h_"),
                ("(u[:, 2 * H :] + b_hn)", "u[:, 2 * H :] + b_hn"),
            ),
        },
    },
    "ps4.2": {
        "right": {
            "cut by hand": BEFORE,
            "with joined weights": """
def gru_step_before(x, h_, W, R, b):
    H, V = h_.shape[1], np.vstack([W, R, b])
    one = np.ones((len(x), 1))
    r, z = np.split(sigmoid(np.hstack([x, h_, one]) @ V[:, : 2 * H]), 2, axis=1)
    n = np.tanh(np.hstack([x, r * h_, one]) @ V[:, 2 * H :])
    return n - z * n + z * h_
""",
        },
        "wrong": {
            "reset after": changed(BEFORE, ("(r * h_) @ R[:, 2 * H :]", "r * u[:, 2 * H :]")),
            "z lets in": changed(BEFORE, ("(1 - z) * n + z * h_", "z * n + (1 - z) * h_")),
            "no reset": changed(BEFORE, ("(r * h_)", "h_")),
            "closed is open": changed(BEFORE, ("(r * h_)", "((1 - r) * h_)")),
            "nothing kept": changed(BEFORE, (" + z * h_", "")),
        },
    },
    "ps4.3": {
        "right": {
            "signs": MIRROR,
            "copies changed": """
def other_z(W, R, b):
    H = len(b) // 3
    W, R, b = W.copy(), R.copy(), b.copy()
    for array in (W, R, b):
        array[..., H : 2 * H] *= -1
    return W, R, b
""",
        },
        "wrong": {
            "unchanged": "def other_z(W, R, b):\n    return W, R, b\n",
            "bias kept": changed(MIRROR, ("b * sign", "b")),
            "one minus": changed(
                MIRROR,
                ("W * sign", "W * sign + (sign < 0)"),
                ("R * sign", "R * sign + (sign < 0)"),
                ("b * sign", "b * sign + (sign < 0)"),
            ),
            "r turned": changed(MIRROR, ("[1, -1, 1]", "[-1, 1, 1]")),
            "all turned": changed(MIRROR, ("[1, -1, 1]", "[-1, -1, -1]")),
            "in place": """
def other_z(W, R, b):
    H = len(R)
    for array in (W, R, b):
        array[..., H : 2 * H] *= -1
    return W, R, b
""",
        },
    },
    "ps4.4": {
        "right": {
            "added, then put back": TORCH,
            "block by block": """
def from_pytorch(weight_ih, weight_hh, bias_ih, bias_hh):
    i_r, i_z, i_n = np.split(bias_ih, 3)
    h_r, h_z, h_n = np.split(bias_hh, 3)
    W = np.hstack([part.T for part in np.split(weight_ih, 3)])
    return W, np.transpose(weight_hh), np.hstack([i_r + h_r, i_z + h_z, i_n]), h_n
""",
        },
        "wrong": {
            "n's bias twice": changed(TORCH, ("    b[2 * H :] = bias_ih[2 * H :]\n", "")),
            "b_hn empty": changed(
                TORCH,
                ("    b[2 * H :] = bias_ih[2 * H :]\n", ""),
                ("b, bias_hh[2 * H :]", "b, np.zeros(H)"),
            ),
            "one bias alone": changed(TORCH, ("bias_ih + bias_hh", "bias_ih.copy()")),
            "biases swapped": changed(
                TORCH,
                ("= bias_ih[2 * H :]", "= bias_hh[2 * H :]"),
                ("b, bias_hh[2 * H :]", "b, bias_ih[2 * H :]"),
            ),
            "not transposed": changed(TORCH, ("weight_ih.T", "weight_ih")),
            "z first": changed(
                TORCH,
                (
                    "weight_ih.T, weight_hh.T",
                    "np.roll(weight_ih, H, 0).T, np.roll(weight_hh, H, 0).T",
                ),
            ),
            "reshaped": changed(
                TORCH,
                (
                    "weight_ih.T, weight_hh.T",
                    "weight_ih.reshape(-1, 3 * H), weight_hh.reshape(-1, 3 * H)",
                ),
            ),
        },
    },
    "ps4.5": {
        "right": {
            "mended": MENDED,
            "by questions 1 and 4": """
def pytorch_step(x, h_, *weights):
    return gru_step(x, h_, *from_pytorch(*weights))
""",
        },
        "wrong": {
            "as it was": "pytorch_step = buggy_pytorch_step\n",
            "counted twice": changed(
                MENDED, ("np.tanh(x_n +", "np.tanh(x_n + bias_hh[-len(h_n.T) :] +")
            ),
            "both inside": changed(
                MENDED,
                (
                    "x_n + r * h_n",
                    "x_n - bias_ih[-len(h_n.T) :] + r * (h_n + bias_ih[-len(h_n.T) :])",
                ),
            ),
            "no second bias": changed(MENDED, (" + bias_hh", "")),
            "z turned": changed(MENDED, ("(1 - z) * n + z * h_", "z * n + (1 - z) * h_")),
        },
    },
}

HINTS = {
    "ps4.1": {
        "no b_hn": "b_hn is missing",
        "b_hn outside": "outside the reset",
        "reset before": "that is reset before",
        "z lets in": "z is the other way round",
        "r and z swapped": "r and z change places",
        "no reset": "reset gate is missing",
        "no tanh": "tanh is missing",
        "no bias": "bias is missing",
        "z lets in and b_hn outside": "First: b_hn is outside the reset",
    },
    "ps4.2": {
        "reset after": "that is reset after",
        "z lets in": "z is the other way round",
        "no reset": "reset gate is missing",
        "closed is open": "1 − r",
        "nothing kept": "what is kept is missing",
    },
    "ps4.3": {
        "unchanged": "nothing is changed",
        "bias kept": "bias keeps its sign",
        "one minus": "1 − is taken of the weights",
        "r turned": "r stays as it is",
        "all turned": "every block is changed",
        "in place": "changes its argument",
    },
    "ps4.4": {
        "n's bias twice": "counts once",
        "b_hn empty": "outside the reset",
        "one bias alone": "second bias of r and z",
        "biases swapped": "two biases are swapped",
        "not transposed": "transposed",
        "z first": "none of the usual mistakes",
        "reshaped": "reshape only cuts anew",
    },
    "ps4.5": {
        "as it was": "still there",
        "counted twice": "counts twice",
        "both inside": "both biases of n are inside",
        "no second bias": "none of the usual mistakes",
        "z turned": "z was right",
    },
}
