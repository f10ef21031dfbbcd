"""What verbs of the history and kinds of runs are called on screen: filled by the apps, read by everybody."""

SENTENCES: dict[str, str] = {}  # verb -> words between the actor and the target
TITLES: dict[str, str] = {}  # kind of run -> its name
PARTS: set[str] = set()  # kinds that are parts of another run, which lists of runs leave out


def register_verbs(sentences: dict[str, str]) -> None:
    """Called at the top of an app's actions."""
    SENTENCES.update(sentences)


def sentence(verb: str) -> str:
    return SENTENCES.get(verb, verb.replace(".", " ").replace("_", " "))


def title_of(kind: str) -> str:
    return TITLES.get(kind) or kind.replace(".", ": ")
