# ruff: noqa: E501
r"""Formulas as people write them, by subject, and those that are often set wrongly.

python handouts/tests/formula_corpus.py stores how they are set and spoken now.
"""

import json
from pathlib import Path

# Deep learning, convolution, recurrence.
LEARNING = r"""
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
\text{Attention}(Q, K, V) = \text{softmax}\left(\frac{QK^T}{\sqrt{d_k}}\right) V
\mathrm{PE}_{(pos,2i)} = \sin\left(pos / 10000^{2i/d_{\text{model}}}\right)
\text{output size} = \text{input\_size} - \text{kernel size} + 1
r_l = r_{l-1} + (k_l - 1)\prod_{i<l} s_i
\prod_{l=1}^{L} \frac{\partial h_l}{\partial h_{l-1}}
\min_G \max_D V(D, G) = \mathbb{E}_{x \sim p_{\text{data}}(x)}[\log D(x)]
\mathtt{kernel\_size} + \texttt{stride}
"""

# Probability and statistics.
STATISTICS = r"""
\mathbb{E}[X] = \int x\, p(x)\, dx
\mathrm{Var}[X] = \mathbb{E}[X^2] - \mathbb{E}[X]^2
x \sim \mathcal{N}(0, 0.1^2)
p(y \mid x)
p\left(y \middle| x\right)
P(A \mid B) = \frac{P(B \mid A)\, P(A)}{P(B)}
D_{\mathrm{KL}}(p \,\|\, q) = \sum_i p_i \log \frac{p_i}{q_i}
\binom{n}{k} p^k (1-p)^{n-k}
\frac{1}{\sigma\sqrt{2\pi}} \exp\left(-\frac{(x-\mu)^2}{2\sigma^2}\right)
\bar{x} = \frac{1}{n} \sum_{i=1}^n x_i
X_1, \ldots, X_n \overset{\text{iid}}{\sim} \mathcal{N}(\mu, \sigma^2)
\hat\theta_{\text{MLE}} = \underset{\theta}{\operatorname{arg\,max}}\; L(\theta)
\mathbf{1}_{x > 0} + \mathbb{1}[x > 0]
H(p) = -\sum_x p(x) \log_2 p(x)
\operatorname{Cov}(X, Y) = \mathbb{E}\big[(X - \mu_X)(Y - \mu_Y)\big]
\Pr(X \le x) \xrightarrow{d} \Phi(x)
R^2 = 1 - \frac{SS_{\mathrm{res}}}{SS_{\mathrm{tot}}}
e^{-\frac{x^2}{2\sigma^2}}
\overset{!}{=} \stackrel{d}{=} \xrightarrow{f} \xleftarrow[n \to \infty]{\text{a.s.}}
X \perp\!\!\!\perp Y \mid Z
"""

# Linear algebra.
ALGEBRA = r"""
W \in \mathbb{R}^{m \times n}
\mathbf{x}^\top \mathbf{W} \boldsymbol{\theta}
\lVert x \rVert_2 + \|x\|_1 + |x| + \left\| x \right\|
\left\lVert W \right\rVert_F^2
\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix} \begin{pmatrix} a, c \\ b \end{pmatrix}
\begin{matrix} a_1 & a_2 \\ a_3 & a_4 \end{matrix} \qquad \begin{array}{cc} 1 & 2 \\ 3 & 4 \end{array}
\begin{vmatrix} a & b \\ c & d \end{vmatrix} = ad - bc
\begin{Vmatrix} a & b \\ c & d \end{Vmatrix} \begin{Bmatrix} a \\ b \end{Bmatrix}
\begin{pmatrix} a_{11} & \cdots & a_{1n} \\ \vdots & \ddots & \vdots \\ a_{m1} & \cdots & a_{mn} \end{pmatrix}
\left[ \begin{array}{cc|c} 1 & 2 & 3 \\ 4 & 5 & 6 \end{array} \right]
\begin{array}{r|l} -1 & x \\ \hline 10 & xyz \end{array}
\begin{array}{lcr} 1 & 22 & 333 \\ 333 & 1 & 22 \end{array}
\begin{pmatrix} x \\ y \end{pmatrix} \cdot \begin{pmatrix} 1 & 2 \end{pmatrix}
\left( \begin{smallmatrix} a & b \\ c & d \end{smallmatrix} \right)
\det(H - \lambda I) = 0
A^{-1} A = I, \quad A^\intercal, \quad A^*, \quad A^\dagger
A = U \Sigma V^{\mathsf{T}}
\langle u, v \rangle = u^{\mathrm{T}} v
A \otimes B \oplus C \cap D \cup E \setminus F
\operatorname{tr}(AB) = \operatorname{tr}(BA)
\ker A \oplus \operatorname{im} A^\top
\vec{a} \times \vec{b} = \lVert \vec a \rVert \lVert \vec b \rVert \sin\theta \, \hat n
\overrightarrow{AB} + \overline{AB} + \underline{x}
x = \begin{cases} 1 \\ 2 \end{cases}
"""

# Calculus.
CALCULUS = r"""
\lim_{n \to \infty} \left(1 + \frac{1}{n}\right)^n = e
\int_0^\infty e^{-x^2} \, dx = \frac{\sqrt{\pi}}{2}
\iint_D f(x, y) \, \mathrm{d}x \, \mathrm{d}y + \oint_C F \cdot dr
\frac{d}{dx}\int_a^x f(t)\,dt = f(x)
\nabla \cdot \mathbf{F} = \frac{\partial F_x}{\partial x} + \frac{\partial F_y}{\partial y}
f''(x) + f'''(x)^2 + f'_1 + f^{(4)}
\sum_{k=0}^{\infty} \frac{f^{(k)}(a)}{k!} (x-a)^k
\frac{d^2 y}{dx^2} + 2\zeta\omega_0 \frac{dy}{dx} + \omega_0^2 y = 0
\dot{x} = \ddot{y} + \sin^2 x - \log_{10} y
\sqrt[3]{x} + \sqrt{1 + \sqrt{1 + x}}
\int\limits_a^b x \, dx + \sum\nolimits_i x_i
\max_{i,j} x_{ij} + \sup_{x \in S} f(x) + \limsup_{n} a_n
\left[ \frac{x^3}{3} \right]_0^1
a_0 + \cfrac{1}{a_1 + \cfrac{1}{a_2 + \cfrac{1}{a_3}}}
O(n \log n) + \Theta\left(n^2\right)
\Delta u = \partial_t u
"""

# Lines, cases, labels.
LAYOUT = r"""
f(x) = \begin{cases} x & \text{if } x > 0,\\ 0 & \text{otherwise.} \end{cases}
\begin{rcases} a & b \\ c & d \end{rcases} \text{both}
\left\{ \begin{array}{ll} a & b \\ c & d\end{array}\right.
\begin{aligned} a &= b + c \\ &= d \end{aligned}
\begin{align} a &= b \\ c &= d \\ \end{align}
\begin{align*} a_1 &= b_1 & c_1 &= d_1 \\ a_2 &= \frac{b}{2} & c &= d \end{align*}
\left\{ \begin{aligned} x + y &= 1 \\ x - y &= 0 \end{aligned} \right.
\begin{gathered} a + b + c \\ d \end{gathered} = \begin{gathered} e \\ f \end{gathered}
\begin{gather*} a = b + c + d \\ e = f \end{gather*}
\begin{split} a &= b \\ &\quad + c \end{split}
\begin{equation} x = 1 \label{one} \end{equation}
\begin{equation*} \begin{split} a &= b \\ c &= d \end{split} \end{equation*}
\begin{eqnarray} a &=& b + c \\ d &\le& e \end{eqnarray}
\begin{alignat}{2} x &= 1 &\quad y &= 2 \\ z &= 3 & w &= 4 \end{alignat}
a = b \\ c = d
x = 1 \\
\underbrace{a + b}_{\text{sum}} + \overbrace{c}^{n}
\sum_{\substack{i = 1 \\ i \ne j}}^{n} x_i
\underset{x \to 0}{\lim} + \overset{a}{b} + \underset{a}{b}
\boxed{E = mc^2}
x + 1 \tag{7}
"""

# Signs, letters, spaces, and what is easily read wrongly.
EDGES = r"""
x^23 + x^{23} + x_12 + 2^10
\frac12 x + \tfrac12 + \dfrac{1}{2} y + \frac ab
\textstyle\sum_{i=1}^n x_i + \displaystyle\sum_{i=1}^n x_i
\text{R\&D, 50\%, a\_b, \#1, \$5, \{x\}}
\text{if $x > 0$ then } y
\textbf{bold} + \textit{italic} + \texttt{code} + \mathbf{x} + \mathit{diff}
\widehat{xyz} + \widetilde{xyz} + \hat{xy} + \bar{xy} + \overline{xy}
10{,}000 \times 28 \times 28 \;\approx\; 7.8\!\cdot\!10^6
a, b; c: d ! e ? f
f: A \to B, \quad f\colon A \to B
x := y, \quad a ::= b
-x + (-y) = -1, \quad \pm 1, \quad a = -b
x \mapsto x + 1, \quad a \to b, \qquad c \implies d
i \ne j \leq k \geq l \ll m \equiv n \propto o
\Big( \sum_i x_i \Big)^2 + \bigl[ x \bigr] + \bigg\{ y \bigg\}
\ell_1, \ldots, \ell_n, \cdots, \dots + \dots
\log_2 8 = 3, \quad \ln x, \quad \exp(x)
\forall x \exists y \in \emptyset
a \bmod n \equiv b \pmod n
x^{(i)}_{t+1} + {x_i}^2 + x_{i_j} + x^{y^z}
\star \ast \circ \bullet \dagger \nabla \Delta \Omega
\hbar \Re \Im \aleph \wp \partial
\alpha \beta \gamma \delta \epsilon \varepsilon \phi \varphi \theta \vartheta
\Gamma \Delta \Theta \Lambda \Xi \Pi \Sigma \Phi \Psi
\mathbb{RNZQC} + \mathcal{ABC} + \mathfrak{g} + \mathscr{L} + \mathsf{x}
\phantom{-}1 + \cancel{x}
\{ x \mid x > 0 \} = \left\{ x \,\middle|\, x > 0 \right\}
|x| + |y| = |x + y|, \quad -|x|, \quad 2|x|
p(a|b) + q(c|d)
a \not= b, \quad a \not\in B, \quad a \neq b
{a \over b} + {n \choose k}
\left( \frac{a}{b} \right) + \left[ \frac{a}{b} \right) + \left\langle x \right\rangle
x \rightarrow y \Rightarrow z \Leftrightarrow w \leftarrow v \uparrow
a\,b\:c\;d\ e\quad f \qquad g\!h
\sin x \cos 2x \tan(x)
\mathrm{d}x + \mathrm{ab} + \operatorname{sgn}(x)
A \cup B \cap C \subset D \subseteq E \supset F \notin G
\prime + x' + x^\prime + x''
0.5x + .5 + 3.14
\$5 + 100\% + \#1 + a\_b
a/b + a\backslash b
\mathbf{AB} + \boldsymbol{\alpha\beta} + \bm{x}
^{14}\mathrm{C} + {}_2F_1
\newcommand{\R}{\mathbb{R}} \newcommand{\norm}[1]{\left\lVert #1 \right\rVert} \norm{x} \in \R
"""

FORMULAS = [
    line
    for subject in (LEARNING, STATISTICS, ALGEBRA, CALCULUS, LAYOUT, EDGES)
    for line in subject.strip().splitlines()
]


def main() -> None:
    """Store how the formulas are set and spoken."""
    from handouts.speech import speak
    from handouts.tex import parse
    from handouts.tex_to_typst import typst_lines

    trees = {tex: parse(tex).tree for tex in FORMULAS}
    stored = {tex: [typst_lines(tree), speak(tree)] for tex, tree in trees.items()}
    text = json.dumps(stored, ensure_ascii=False, indent=1) + "\n"
    Path(__file__).with_suffix(".json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
