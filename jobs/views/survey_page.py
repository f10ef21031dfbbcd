"""The survey as respondents see it: no account, no session, one query to read and one insert to keep.

The form carries the respondent's key, signed: it is what makes two sendings one row. Another site cannot know
it, so it also stands in for the CSRF token; and the cookie, which another site's form does not carry along,
wins over it, so that a second window writes into the same row.
"""

from __future__ import annotations

from functools import lru_cache
from secrets import token_urlsafe

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from jobs.actions.survey_page import keep_answers
from jobs.forms.survey_page import Given, Misunderstood, Sent, read_sent
from jobs.models import Survey
from jobs.queries.surveys import Sheet, kept_sheets, response_of, survey_behind
from jobs.surveys.texts import KANO, TEXTS, preferred
from studies.limits import within_limit

COOKIE = "respondent"
COOKIE_SECONDS = 60 * 60 * 24 * 180
PLACE_OF_KEY = "respondent-key-goes-here"
# A lecture hall behind one address may answer within minutes, and each of them a few times
SENDINGS, SECONDS = 2000, 600
MOST_BYTES = 256 * 1024  # a hundred answered jobs are 20 kB; nobody without an account fills the disk


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, token: str) -> HttpResponse:
    survey = survey_behind(token)
    sheets = kept_sheets(survey.token, survey.version) if survey else {}
    if survey is None or not sheets:
        return _notice(request, "unknown", "unknown_words", status=404)
    accepted = request.headers.get("Accept-Language", "")
    sheet = sheets[preferred(request.GET.get("lang", ""), accepted, tuple(sheets))]
    if not survey.takes_answers:
        words = "closed_late" if request.method == "POST" else "closed_words"
        return _notice(request, "closed", words, status=410, language=sheet.language)
    return _keep(request, survey, sheet) if request.method == "POST" else _ask(request, survey, sheet)


def _ask(request: HttpRequest, survey: Survey, sheet: Sheet) -> HttpResponse:
    """Who comes for the first time gets a page that is kept ready; who comes back, their answers in it."""
    known = _opened(survey, request.COOKIES.get(COOKIE, ""))
    before = response_of(survey, known) if known else None
    key = known or token_urlsafe(12)
    if before:
        given, segment = before.answers, before.segment
        return _answer(survey, key, sheet_page(sheet, given=given, segment=segment, is_known=True))
    return _answer(survey, key, _blank(survey.token, survey.version, sheet.language))


@lru_cache(maxsize=128)
def _blank(token: str, version: int, language: str) -> str:
    return sheet_page(kept_sheets(token, version)[language])


def sheet_page(
    sheet: Sheet,
    *,
    given: Given | None = None,
    segment: str = "",
    is_known: bool = False,
    is_preview: bool = False,
    trouble: str = "",
) -> str:
    context = {
        "language": sheet.language,
        "sheet": sheet,
        "texts": TEXTS[sheet.language],
        "all_texts": TEXTS,
        "kano": KANO,
        "ratings": range(1, 6),
        "given": given or {},
        "segment": segment,
        "is_known": is_known,
        "is_preview": is_preview,
        "trouble": trouble,
        "key": PLACE_OF_KEY,
    }
    return render_to_string("jobs/survey_page.html", context)


def _answer(survey: Survey, key: str, html: str, *, status: int = 200) -> HttpResponse:
    sealed = _signer(survey).sign(key)
    response = _unlisted(HttpResponse(html.replace(PLACE_OF_KEY, sealed), status=status))
    response.set_cookie(
        COOKIE,
        sealed,
        max_age=COOKIE_SECONDS,
        path=f"/survey/{survey.token}/",
        secure=settings.HTTPS_ONLY,
        httponly=True,
        samesite="Lax",
    )
    return response


def _keep(request: HttpRequest, survey: Survey, sheet: Sheet) -> HttpResponse:
    key = _opened(survey, request.COOKIES.get(COOKIE, ""))
    if _is_too_long(request):
        return _again(survey, sheet, key, Sent(), "refused", status=413)
    key = key or _opened(survey, request.POST.get("key", ""))
    if not within_limit(request, "survey", times=SENDINGS, seconds=SECONDS):
        return _again(survey, sheet, key, Sent(), "too_many", status=429)
    try:
        sent = read_sent(request.POST, sheet)
    except Misunderstood:
        return _again(survey, sheet, key, Sent(), "refused", status=400)
    if not key or sent.is_empty:
        return _again(survey, sheet, key, sent, "empty" if key else "refused", status=422)
    keep_answers(
        survey,
        respondent=key,
        language=sheet.language,
        answers=sent.answers,
        taken_back=sent.taken_back,
        segment=sent.segment,
    )
    response = redirect("survey_thanks", survey.token, sheet.language)
    response.status_code = 303
    return _unlisted(response)


def _is_too_long(request: HttpRequest) -> bool:
    """By what it says of itself, before any of it is read."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return not length.isdecimal() or int(length) > MOST_BYTES


def _again(survey: Survey, sheet: Sheet, key: str, sent: Sent, trouble: str, *, status: int) -> HttpResponse:
    words = TEXTS[sheet.language][trouble]
    html = sheet_page(sheet, given=sent.answers, segment=sent.segment or "", trouble=words)
    return _answer(survey, key or token_urlsafe(12), html, status=status)


@require_safe
def thanks(request: HttpRequest, token: str, language: str) -> HttpResponse:
    """The same for every survey, so it asks the database nothing."""
    return _unlisted(HttpResponse(_thanks(language if language in TEXTS else "en")))


@lru_cache
def _thanks(language: str) -> str:
    context = {"language": language, "texts": TEXTS[language]}
    return render_to_string("jobs/survey_thanks.html", context)


def _notice(request: HttpRequest, title: str, words: str, *, status: int, language: str = "") -> HttpResponse:
    accepted = request.headers.get("Accept-Language", "")
    code = language or preferred(request.GET.get("lang", ""), accepted, tuple(TEXTS))
    context = {"language": code, "title": TEXTS[code][title], "words": TEXTS[code][words]}
    return _unlisted(HttpResponse(render_to_string("jobs/survey_notice.html", context), status=status))


def _unlisted(response: HttpResponse) -> HttpResponse:
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _signer(survey: Survey) -> Signer:
    return Signer(salt=f"survey {survey.token}")


def _opened(survey: Survey, sealed: str) -> str:
    """The key that was signed for this survey; the empty word for anything else."""
    try:
        return _signer(survey).unsign(sealed)
    except BadSignature:
        return ""
