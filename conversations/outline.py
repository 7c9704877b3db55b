"""A form drawn for people who read it: as an outline and as a Mermaid flowchart."""

from __future__ import annotations

from conversations.conditions import ALWAYS
from conversations.form import Ask, Form, Stop


def outline(form: Form) -> str:
    """Write a form as one line a step: number, name, what is answered, and when it is asked."""
    wide = max(len(step.name) for step in form.steps) + 2
    lines = [
        f"{form.name}: {len(form.questions)} questions, {len(form.stops)} stops, fingerprint {form.fingerprint}",
        "",
    ]
    number = 0
    for step in form.steps:
        if isinstance(step, Stop):
            ends = "keeps nothing, " if step.wipes else ""
            lines.append(f"      ■ {step.name:<{wide}}{ends}when {step.when}")
            continue
        number += 1
        what = ", ".join((_kind(step), *_traits(step)))
        when = "" if step.when == ALWAYS else f"  when {step.when}"
        lines.append(f"{number:>4}. {step.name:<{wide + 2}}{what}{when}")
    return "\n".join(lines)


def _kind(ask: Ask) -> str:
    name = type(ask.field).__name__
    values = getattr(ask.field, "values", ())
    return f"{name}({', '.join(values)})" if values else name


def _traits(ask: Ask) -> tuple[str, ...]:
    traits = {
        "private": ask.private,
        "optional": ask.optional,
        f"consent to {ask.consent}": bool(ask.consent),
        "not listed": not ask.listed,
        f"checked by {type(ask.check).__name__}": ask.check is not None,
        f"formerly {', '.join(ask.was)}": bool(ask.was),
    }
    return tuple(trait for trait, holds in traits.items() if holds)


def mermaid(form: Form) -> str:
    """Draw a form as a Mermaid flowchart: questions down the middle, stops to the side, detours around."""
    lines = ["flowchart TD", "    begin([begin])"]
    loose = [("begin", "")]  # arrows that still lead nowhere: where from, and when
    for step in form.steps:
        if isinstance(step, Stop):
            lines.append(f'    {step.name}[/"{step.name}"/]')
            lines.append(f"    {_arrow(loose[0][0], str(step.when))} {step.name}")
            continue
        shape = ("[[", "]]") if step.private else ("[", "]")
        lines.append(f'    {step.name}{shape[0]}"{step.name}<br/>{_kind(step)}"{shape[1]}')
        when = "" if step.when == ALWAYS else str(step.when)
        lines += [f"    {_arrow(origin, when or label)} {step.name}" for origin, label in loose]
        loose = [(step.name, ""), *((origin, "otherwise") for origin, _ in loose if when)]
    lines.append(f"    done([{'told' if form.tells else 'submitted'}])")
    lines += [f"    {_arrow(origin, label)} done" for origin, label in loose]
    return "\n".join(lines)


def _arrow(origin: str, label: str) -> str:
    return f'{origin} -- "{label}" -->' if label else f"{origin} -->"
