"""A further hint for whoever has tried several different answers to a question: where to look.

It works with numbers from the example in the question, to hold one's own beside; the answer it
leaves to the learner. Only `check` shows it, and marks know nothing of it.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable

PATIENCE = 3  # different answers that did not pass

FURTHER = {
    "ps1.1": "print the sums before anything is squashed: x W + h₋ R + b as one array [B, 4H]. In "
    "the tiny case it is 0.6, 2.1, 0.1, −1.4. Then cut its columns into four.",
    "ps1.2": "in the tiny case 1.782 is kept of the memory, 0.064 is let in, and the tanh of their "
    "sum is 0.951. Which of your numbers is the first to differ?",
    "ps1.3": "go through two rounds by hand. Which h does the second round start from, and which "
    "line of yours puts it there? What is handed over is used once, by the first round.",
    "ps1.4": "take three steps and write down, for each, which forget valves its contribution "
    "still has to pass: two for the first, one for the second, none for the third. The first c "
    "passes all three.",
    "ps1.5": "there are two steps. First, what share f must a single step keep? To keep "
    "half over 100 steps it is 0.9931. Then f = 1 / (1 + e^(−b)) has to be solved for b.",
    "ps1.6": "read the four lines of the gates below one another, letter by letter. Each letter "
    "has a weight and a bias of its own.",
    "ps1.7": "print the δc that has gathered in the memory before it is handed to i, f and g. In "
    "the tiny case it is 0.019 for δh = 1, δc = 0. Then ask for each of the three: what is it "
    "multiplied by in c = f c₋ + i g, and have you put in the slope of its σ or tanh?",
    "ps1.8": "begin with a sequence of one step, where a single call of step_back tells all, and "
    "then take two. With two, list what goes into the first step's call: what comes from the loss, "
    "what from the second step, and the h and c from before the first.",
    "ps2.1": "print what goes into the sigmoids: in the tiny case −1.4 for i and 3.1 for f. What "
    "is added to a valve's sum is a number for each row and unit; it goes inside the sigmoid.",
    "ps2.2": "ask of each line which c there is when it runs. One of the valves looks at the "
    "memory after it has moved on.",
    "ps2.3": "count one layer: a number for each pair of an input and a unit, one for each pair of "
    "units, and one more a unit. How many layers are there? And is a peephole a matrix?",
    "ps2.4": "three terms, one for each way. For the unit of the example, with c₋ = 2, they come "
    "to 0.9, −0.016 and 0.09. Which of yours differs?",
    "ps2.5": "a constant errs most at the top of the wave or at its foot. Move it up: which error "
    "grows, which shrinks, and where are they equal? What 'the step before' misses is a "
    "difference of neighbours; there is one fewer of these than of numbers.",
    "ps3.1": "in the tiny case the lever stands at i = 0.401, so 1.197 is kept of the memory and "
    "0.040 let in. Which of your numbers is the first to differ?",
    "ps3.2": "work out σ(2) and σ(−2), and add them. What then has to become of the sum x W_i + "
    "h₋ R_i + b_i, so that its sigmoid is 1 − i? And what of its three parts?",
    "ps3.3": "first let i itself move, with c₋ and g held: two terms of c change, and in the "
    "example the slope of both together is −1.5. Only then comes the slope of the sigmoid.",
    "ps3.4": "after the first step of the tiny case c is right and h is not. c + i (g − c) is "
    "another way to write (1 − i) c + i g.",
    "ps3.5": "three groups, and a mean of each: in made_up they are 17, 6 and 5. Which two of them "
    "differ in the start alone, and which in the coupling alone?",
    "ps4.1": "in the tiny case r stands at 0.332 and 0.500, and what it lets through of the hidden "
    "part is 0.995 and −0.650. Is your b_hn inside the brackets that r scales?",
    "ps4.2": "in the tiny case r ∘ h₋ is 0.166 and −0.500, and its product with R_n 1.166 and "
    "−0.416. What do you multiply first, and what second?",
    "ps4.3": "in the example two of the six numbers of b change their sign. Whose are they, in the "
    "order r z n? The same layer has columns in W and in R, and all three go into one sum.",
    "ps4.4": "in the example the second bias is 1 to 6. 1 to 4 have been added to the first four "
    "numbers of b; 5 and 6 are nowhere in b. Why not these two? And what makes columns of gates "
    "out of rows?",
    "ps4.5": "print what stands in the tanh beside the input's part: in the tiny case 0.995 and "
    "−0.650 by PyTorch's equations, 1.330 and −0.800 by the step with the bug. Which of the "
    "numbers in it does the reset gate not reach?",
    "ps4.6": "for the first unit and t = 0, 0.7 comes in, and the seven gates after it let 0.951 "
    "of that through. Where does your product begin, and does it run over the steps or the units?",
    "ps4.7": "the LSTM of the example has 39168 parameters. A GRU has 39156 with 78 units and "
    "39895 with 79. What do you count for 78? Three blocks are not yet all.",
    "ps5.1": "NP's two are the trials with 8.7 and 8.8 on validation. Write down in words who may "
    "be chosen, by which column they are put in order, how many are taken, and of which number "
    "that is a tenth.",
    "ps5.2": "in the example u is 0.0133 and v 0.0004; t is 0.350, divided by 0.117. Which of the "
    "four is the first to differ? And what does your variance divide by?",
    "ps5.3": "the third p of the example, 0.0301, lies below 0.05, but not below the 0.0125 that "
    "four tests leave of it. For the words: if t > 0, are the variant's losses larger than V's, "
    "or smaller?",
    "ps5.4": "in the tiny study 9.1 and 8.9 of NP are held against 8.7 and 8.75 of V. 3 trials of "
    "NP diverged and 1 of V. Hold your two samples beside these before you look at t.",
    "ps5.5": "in the first draw trial 5 stands twice, and takes both places of the tenth: its test "
    "loss is 9.1. In the second the tenth is trials 0 and 2, with 8.9 and 8.5. Which trials do you "
    "get, and is a place the same thing as a trial's number?",
    "ps6.1": "in the tiny case f is 0.332 and 0.500, and n 0.974 and −0.838. Which of your numbers "
    "is the first to differ? And where f is near 1, how much of h₋ should be kept in the last "
    "line?",
    "ps6.2": "print the four sums of the tiny case, and compare them with the order in the text: e "
    "is −0.7 and 0.0, k is 3.5 and −1.8. From these N comes to 1.467 and 1.386.",
    "ps6.3": "e^(n₋) is N₋, all that was let in so far. For which n₋ is that 0, or as good as 0 "
    "beside e^e? In the example n is then e itself, −0.9 and 1.1.",
    "ps6.4": "in the example P is 0.90, 0.45 and 0.36. Let nothing come in, n = 0: what is left of "
    "the first h_ after each step? With h_ = 2 it is 1.80, 0.90 and 0.72, and the step with the "
    "bug has none of it.",
    "ps6.5": "what z is in the one is 1 − z in the other, and σ(−2) = 1 − σ(2). In the example two "
    "of the four numbers of b change their sign. What of W goes into the same sum?",
}


def mark(answer: Callable) -> str:
    """What tells one answer from another: a number of its code, the same when it runs again."""
    code = getattr(answer, "__code__", None)
    if code is None:
        return ""
    plain = [one for one in code.co_consts if not hasattr(one, "co_code")]
    return f"{zlib.crc32(code.co_code + repr((plain, code.co_names)).encode()):08x}"
