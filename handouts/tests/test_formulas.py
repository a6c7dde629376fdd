"""Formulas: set in full and spoken, or refused."""

from __future__ import annotations

import re

import handout_samples as sample
import pytest
from handout_pdfs import SETTINGS, pdf_of, tags_in, text_of, with_title

from handouts.lint import lint
from handouts.markdown import fragment

FORMULAS = r"""
y_{ij} = \sum_{a=0}^{k-1} \sum_{b=0}^{k-1} w_{ab}\, x_{i+a,\,j+b} + b
\left\lfloor\frac{n + 2p - d(k-1) - 1}{s}\right\rfloor + 1
\lfloor n/2 \rfloor + \lceil x \rceil
(f * g)[n] = \sum_{m=-\infty}^{\infty} f[m]\, g[n-m]
\mathrm{ReLU}(x) = \max(0, x)
\operatorname{softmax}(z)_i = \frac{e^{z_i}}{\sum_j e^{z_j}}
\hat{y} = \operatorname*{arg\,max}_k p_k
\mathcal{L} = -\frac{1}{N}\sum_{n=1}^{N} \log p_{n, y_n}
\frac{\partial \mathcal{L}}{\partial W^{(1)}_{ij}} = p - y
\left.\frac{\partial f}{\partial x}\right|_{x=0}
\frac{\partial f}{\partial x}\Big|_{x=0}
\theta \leftarrow \theta - \eta \nabla_\theta J(\theta)
v_t = \beta v_{t-1} + (1-\beta)\, g_t
\theta_{t+1} = \theta_t - \frac{\eta}{\sqrt{\hat{v}_t} + \epsilon}\,\hat{m}_t
\sigma_B^2 = \frac{1}{m}\sum_{i=1}^m (x_i - \mu_B)^2
\hat{x}_i = \frac{x_i - \mu_B}{\sqrt{\sigma_B^2 + \varepsilon}}
h_t = \tanh(W_{ih} x_t + b_{ih} + W_{hh} h_{t-1} + b_{hh})
f_t = \sigma(W_f \cdot [h_{t-1}, x_t] + b_f)
\tilde{C}_t = \tanh(W_C [h_{t-1}, x_t] + b_C)
C_t = f_t \odot C_{t-1} + i_t \odot \tilde{C}_t
\sigma'(z) = \sigma(z)(1 - \sigma(z))
\mathbb{E}[X] = \int x\, p(x)\, dx
\mathrm{Var}[X] = \mathbb{E}[X^2] - \mathbb{E}[X]^2
x \sim \mathcal{N}(0, 0.1^2)
W \in \mathbb{R}^{m \times n}
\mathbf{x}^\top \mathbf{W} \boldsymbol{\theta}
\lVert x \rVert_2 + \|x\|_1 + |x| + \left\| x \right\|
\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix} \begin{pmatrix} a, c \\ b \end{pmatrix}
f(x) = \begin{cases} x & \text{if } x > 0,\\ 0 & \text{otherwise.} \end{cases}
\left\{ \begin{array}{ll} a & b \\ c & d\end{array}\right.
\begin{aligned} a &= b + c \\ &= d \end{aligned}
\begin{align} a &= b \\ c &= d \end{align}
\begin{equation} x = 1 \label{one} \end{equation}
\prod_{l=1}^{L} \frac{\partial h_l}{\partial h_{l-1}}
\underbrace{a + b}_{\text{sum}} + \overbrace{c}^{n}
10{,}000 \times 28 \times 28 \;\approx\; 7.8\!\cdot\!10^6
x \mapsto x + 1, \quad a \to b, \qquad c \implies d
p(y \mid x)
p\left(y \middle| x\right)
D_{\mathrm{KL}}(p \,\|\, q) = \sum_i p_i \log \frac{p_i}{q_i}
\binom{n}{k} + \sqrt[3]{x} \pm 5\%
A \otimes B \oplus C \cap D \cup E \setminus F
i \ne j \leq k \geq l \ll m \equiv n \propto o
\text{output size} = \text{input\_size} - \text{kernel size} + 1
\mathbf{1}_{x > 0} + \mathbb{1}[x > 0]
\max_{i,j} x_{ij} + \lim_{n \to \infty} a_n
r_l = r_{l-1} + (k_l - 1)\prod_{i<l} s_i
\Big( \sum_i x_i \Big)^2 + \bigl[ x \bigr] + \bigg\{ y \bigg\}
\overline{x} + \bar{x} + \dot{x} + \vec{x} + \widehat{xy}
\tfrac12 x + \dfrac{1}{2} y
\ell_1, \ldots, \ell_n, \cdots, \vdots, \ddots
O(n \log n)
\log_2 8 = 3
\det(H - \lambda I) = 0
f''(x)
\forall x \exists y \in \emptyset
a \bmod n \equiv b \pmod n
x^{(i)}_{t+1}
e^{-\frac{x^2}{2\sigma^2}}
\mathtt{kernel\_size} + \texttt{stride}
\sum_{\substack{i = 1 \\ i \ne j}}^{n} x_i
\overset{!}{=} \stackrel{d}{=} \xrightarrow{f}
\underset{\theta}{\operatorname{arg\,min}}\; L(\theta)
\star \ast \circ \bullet \dagger \nabla \Delta \Omega
\hbar \Re \Im \aleph
A^\intercal
\phantom{-}1
\cancel{x}
""".strip().splitlines()


def test_no_formula_vanishes_without_a_word():
    """Each formula is set in full, or lint names it."""
    cells = [sample.markdown(f"$${tex}$$") for tex in FORMULAS]
    notebook = with_title(*cells)
    refused = {
        int(re.search(r"cell (\d+)", line).group(1)) - 2: line
        for line in lint(notebook, "x", SETTINGS)
    }
    assert all("formula" in line for line in refused.values())
    set_in_full = [c for n, c in enumerate(cells) if n not in refused]
    assert len(set_in_full) >= len(FORMULAS) - 3, refused
    pdf = pdf_of(sample.notebook(notebook.cells[0], *set_in_full))
    roles = [role for role, _ in tags_in(pdf)]
    assert roles.count("/Formula") == len(set_in_full)


@pytest.mark.parametrize(
    ("tex", "part"),
    [
        (r"a\!b", "a#h(-0.1667em)b"),
        (r"a\;=b", "a#h(0.5556em)\\=b"),
        (r"\left.\frac{a}{b}\right|_0", 'attach(lr(""frac(a, b)\\|), br: 0)'),
        (r"\Big|_0", 'attach(class("normal", lr(size: #1.8em, \\|)), br: 0)'),
        (r"\big\langle x", "lr(size: #1.2em, ⟨)"),
        (r"\mathrm{ReLU}(x)", '"ReLU"\\(x\\)'),
        (r"\operatorname{softmax}(x)", 'op("softmax")'),
        (r"\operatorname*{median}_i", 'op("median", limits: #true)'),
        (r"10{,}000", '10 class("normal", \\,)000'),
        (r"\left\lVert W \right\rVert_F^2", "attach(lr(‖W‖), tr: 2, br: F)"),
        (r"x^23", "attach(x, tr: 2)3"),
        (r"x \label{a}", "$x$"),
    ],
)
def test_tex_is_kept(tex, part):
    formula = fragment(f"${tex}$").formulas[0]
    assert part in formula.typst


def test_names_of_the_design_do_not_reach_formulas():
    """`mono` and `accent` are functions of Typst's mathematics, and were ours, too."""
    notebook = with_title(sample.markdown(r"$\widehat{xy} + \texttt{stride}$"))
    text = text_of(pdf_of(notebook))
    assert "DejaVu" not in text
    assert "rgb" not in text


def test_tag_becomes_the_number_of_a_formula(pdfs):
    assert "(1)" in text_of(pdfs["student"])


def test_what_cannot_be_set_is_printed_as_tex_and_named():
    found = fragment("$q_{7} + \\unheard{x}$")
    [formula] = found.formulas
    assert not formula.spoken
    assert '"q_{7} + \\\\unheard{x}"' in formula.typst
    assert "\\unheard isn't known" in found.problems[0]
    assert found.losses == ("formula{s} printed as TeX",)
