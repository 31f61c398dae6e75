"""Where a line may go on below in a narrow window: in code, long names, numbers and formulas.

A line of code breaks at a space, after a bracket that opens, after a comma, or before the dot of a
method of what a call returns. What is between stays together unless it is longer than a line: a
browser left alone would break after each minus, in `->` too.
"""
import html
import re

CODE = re.compile(r'(<code class="sourceCode[^"]*">)(.*?)(</code>)', re.S)
ARROW = ('<span class="op">-</span><span class="op">&gt;</span>',
         '<span class="op whole">-&gt;</span>')
TOKEN = re.compile(r'<span class="[\w ]+">(.*?)(?:</span>|$)|\s+|&#?\w+;|\w+|.')  # of a line
OPERATOR = re.compile(r'(?<=[^ \n])( *)<span class="at">@([^<]*)</span>')  # no decorator of a line
OPENING, CLOSING, BINARY = "([{,", ")]}", "=*/|"
LONG = 24  # characters that may not fit into a line
CELL, HEADING = re.compile(r"(<t[dh].*?</t[dh]>)", re.S), re.compile(r"<h3.*?</h3>", re.S)
CHIP = re.compile(r"(?<!<pre>)<code>([^<]+)</code>")
IN_SENTENCE, IN_CELL = 30, 12  # characters of a chip of code that stay together
WORD_END = re.compile(r"(?<=[a-z]_)(?=[a-z])|(?<=[a-z])(?=[A-Z])|(?<=\()(?=[^)])"
                      r"|(?<=[\w)]{2})(?=\.[a-z])")
NUMBER = re.compile(r"<td((?: [^>]*)?>[-+]?[\d.,]+(?: \w{1,3}|%)?</td>)")  # and its unit
POWER_OF_TEN = re.compile(r"[-+]?\b\d[\d.]*e[-+]?\d+\b(?![^<]*>)")
PARTED = re.compile(  # a space in 5 %, 5 ± 1 or 5 x 5; what is not text is passed over
    r"<(pre|code|svg|script)\b.*?</\1>|<[^>]*>"
    r"|(?<=\d) (?=[%±]|x \d)|(?<=±) (?=\d)|(?<=\d x) (?=\d)", re.S)
BASE = '<span class="base">'  # what KaTeX lets a line break between
SHORT, LINE = 12, 25  # characters of a formula that stays whole, and of a part that a phone fits
OUTPUT = re.compile(r"<pre><code>.*?</code></pre>", re.S)


def by_line(code):
    "Code with an element for each line, which knows its indent and where it may break."
    lines, token = [], ""  # a token may go over several lines: a string in three quotes
    source = OPERATOR.sub(r'\1<span class="op">@</span>\2', code[2])
    for line in source.rstrip("\n").split("\n"):
        tags = re.findall("</?span[^>]*>", token + line)
        goes_on = tags[-1] if tags and tags[-1] != "</span>" else ""
        text = line.lstrip(" ")
        n = len(line) - len(text)
        start = f'<span style="--in:{n}"><i>{line[:n]}</i>' if n else "<span>"
        shown = token + text if token or goes_on else may_break(text)
        lines.append(f"{start}{shown}{goes_on and '</span>'}\n</span>")
        token = goes_on
    return code[1] + "".join(lines) + code[3]


def may_break(line):
    "A line of highlighted code with the places where it reads well when it goes on below."
    found = [(m[0], html.unescape(m[0] if m[1] is None else m[1]))
             for m in TOKEN.finditer(line.replace(*ARROW))]
    made, run, last = "", [], " "
    for (token, text), (_, after) in zip(found, [*found[1:], ("", " ")]):
        opened = last in OPENING and text not in OPENING + CLOSING and after not in CLOSING
        called = last in CLOSING and text == "."
        if text.isspace(): made, run = made + kept_together(run) + text, []
        elif opened or called: made, run = made + kept_together(run) + "<wbr>", [(token, text)]
        else: run.append((token, text))
        last = text
    return made + kept_together(run)


def kept_together(run):
    "The HTML of tokens that a line keeps together, unless they are longer than it is."
    whole, made, before = "".join(text for _, text in run), "", ""
    if " " in whole or not ("-" in whole or len(whole) > LONG): return "".join(t for t, _ in run)
    for token, text in run:
        after_name = text == "." and len(before) > 1
        after_sign = made and before in BINARY and text not in BINARY
        if after_name or after_sign or text == "->": made += "<wbr>"
        made += re.sub("(?<=[a-z]_)(?=[a-z])(?![^<]*>)", "<wbr>", token)
        before = text
    return f'<span class="run">{made}</span>'


def with_breaks(text):
    "A page in which long names break between their words, and short ones and numbers do not."
    text = HEADING.sub(lambda m: breakable(m[0]), NUMBER.sub(r'<td class="number"\1', text))
    text = OUTPUT.sub(lambda m: whole_numbers(m[0]), text)
    prose_and_cells = CELL.split(text)
    for k, part in enumerate(prose_and_cells):
        if k % 2: prose_and_cells[k] = breakable(whole_numbers(chips(part, IN_CELL)))
        else: prose_and_cells[k] = chips(part, IN_SENTENCE)
    return unparted("".join(prose_and_cells))


def chips(text, most):
    "HTML in which a chip of code is in one line if it has at most so many characters."
    def chip(m):
        if len(html.unescape(m[1])) <= most: return f'<code class="whole">{m[1]}</code>'
        return f"<code>{breakable(m[1])}</code>"
    return CHIP.sub(chip, text)


def breakable(text):
    "HTML in which a long name of several words may break between them."
    return re.sub(r"[\w(=.*)-]{12,}(?![^<]*>)", lambda name: WORD_END.sub("<wbr>", name[0]), text)


def whole_numbers(text):
    "HTML in which a number with a power of ten does not break after its minus."
    return POWER_OF_TEN.sub(r'<span class="whole">\g<0></span>', text)


def unparted(text):
    "HTML in which no line ends between a number and its %, or within 5 ± 1 or 5 x 5."
    return PARTED.sub(lambda m: "\u00a0" if m[0] == " " else m[0], text)


def visible(made):
    "The characters of a formula, or of a part of one, that a reader sees."
    seen = re.sub("<math.*</math>|<[^>]*>", "", made, flags=re.S)
    return html.unescape(seen).replace("\u200b", "")


def in_runs(made):
    "An inline formula that breaks between lines neither in a bracket nor after a dot."
    head, *bases = made.split(BASE)
    bases[-1], end = re.fullmatch("(.*?)((?:</span>){3}[^<]*)", bases[-1], re.S).groups()
    texts, depths, runs = [visible(b) for b in bases], [0], []
    for t in texts:
        depths.append(depths[-1] + len(re.findall(r"[(\[{]", t)) - len(re.findall(r"[)\]}]", t)))

    def after_no_dot(i): return not texts[i].endswith("\u22c5")
    for run in split(range(len(bases)), lambda i: depths[i + 1] <= 0 and after_no_dot(i)):
        fits = sum(len(texts[i]) for i in run) <= LINE
        runs += [run] if fits else split(run, after_no_dot)
    parts = ["".join(BASE + bases[i] for i in run) for run in runs]
    parts = [f'<span class="whole">{p}</span>' if p.count(BASE) > 1 else p for p in parts]
    return head + "".join(parts) + end


def split(items, is_last):
    "Items in lists, each of which ends with one that `is_last` says so of."
    made = [[]]
    for item in items:
        made[-1].append(item)
        if is_last(item): made.append([])
    return [part for part in made if part]
