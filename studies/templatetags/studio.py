"""Template helpers that every page may use without loading them."""

from typing import Any

from django import template
from django.conf import settings
from django.forms import BaseForm
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html_join

from studies import runs, scripts
from studies.access import StudyAccess
from studies.history import person_name
from studies.models import Run
from studies.roles import Verb

register = template.Library()


@register.filter
def may(access: StudyAccess, verb: str) -> bool:
    """{% if access|may:"code" %}"""
    return access.may(Verb(verb))


@register.simple_tag
def sends_mail() -> bool:
    """{% sends_mail as mail %}: whether messages leave this server, or are only printed to its log."""
    return bool(settings.EMAIL_URL)


@register.simple_tag
def built(name: str) -> str:
    """{% built "canvas.js" %}: the address of a script that scripts/bundle.mjs writes; empty where it
    was not built: the page then says so."""
    try:
        return static(f"dist/{name}")
    except ValueError:  # it is not among the files that were gathered
        return ""


@register.simple_tag
def preload(name: str) -> str:
    """{% preload "js/capture/main.js" %}: the browser asks for a script and for all that it imports while the
    page still comes, and not for one after it has read the other."""
    links = ((static(each),) for each in scripts.graph(name))
    return format_html_join("", '<link rel="modulepreload" href="{}">', links)


@register.filter
def at(mapping: dict[Any, Any], key: Any) -> Any:
    """{{ counts|at:phase }}: the value behind a key that is itself a variable."""
    return mapping.get(key)


@register.filter
def clock(milliseconds: int | None) -> str:
    """Elapsed time as m:ss or h:mm:ss; a dash where there is none."""
    if milliseconds is None:
        return "–"
    minutes, seconds = divmod(int(milliseconds) // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


@register.filter
def minus(number: str) -> str:
    """{{ phi|floatformat:2|minus }}: with the sign of a negative number, which a hyphen is not."""
    return number.replace("-", "−")


@register.filter
def person(user: Any) -> str:
    """{{ element.captured_by|person }}: the name that colleagues know."""
    return person_name(user)


@register.filter
def initials(name: Any) -> str:
    """“Ruth Owner” is RO, “Lena” is Le."""
    words = str(name).split()
    return words[0][:1] + words[-1][:1] if len(words) > 1 else str(name)[:2]


@register.filter
def begun(form: BaseForm) -> BaseForm:
    """{{ form|begun|crispy }}: sets the focus to the first field with an error, else to the first empty
    one."""
    fields = form.visible_fields()
    wrong = [field for field in fields if field.errors]
    empty = [field for field in fields if not field.value() or field.widget_type == "password"]
    (wrong or empty or fields)[0].field.widget.attrs["autofocus"] = True
    return form


@register.inclusion_tag("components/_run.html", takes_context=True)
def run_card(context: dict[str, Any], run: Run) -> dict[str, Any]:
    """{% run_card run %}: what a background run is doing; asks for itself each second until it is over."""
    access: StudyAccess = context["access"]
    here = [access.study.slug, run.pk]
    result_page = runs.RESULT_PAGES.get(run.kind)
    may_steer = access.may(runs.needs(run))
    return {
        "csrf_token": context.get("csrf_token"),
        "title": run.title,
        "state": run.state,
        "percent": run.progress,
        "step": "Stopping" if run.cancel_requested else run.message,
        "error": run.error,
        "url": reverse("studies:run", args=here),
        "cancel_url": reverse("studies:run_cancel", args=here) if may_steer else "",
        "result_url": reverse(result_page, args=[access.study.slug]) if result_page else "",
        **(_another_go(access, run) if may_steer else {}),
    }


def _another_go(access: StudyAccess, run: Run) -> dict[str, str]:
    """The address that starts again at once what came to nothing, or that of the page which asks first."""
    if run.state not in (Run.State.FAILED, Run.State.CANCELLED):
        return {}
    if page := runs.ASKED_ON.get(run.kind):
        return {"ask_url": reverse(page, args=[access.study.slug, *run.params.values()])}
    return {"retry_url": reverse("studies:run_repeat", args=[access.study.slug, run.pk])}
