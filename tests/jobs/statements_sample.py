"""Job statements of one study on getting groceries home, written for the tests: five jobs and odd ones."""

JOBS = {
    "avoid waste": [
        "Use up food before it spoils",
        "Throw away less food at the end of the week",
        "Avoid wasting vegetables that go bad",
        "Keep leftovers from ending up in the bin",
        "Stop letting bread go mouldy",
        "Finish what is in the fridge before buying more",
    ],
    "decide meals": [
        "Decide what to cook for dinner tonight",
        "Come up with meals for the whole week",
        "Find a recipe for the evening that everyone likes",
        "Plan the dinners of the week in advance",
        "Get ideas for what to cook when I am tired",
        "Choose a dish that the children will eat",
    ],
    "budget": [
        "Stay within the monthly budget for groceries",
        "Know how much I spend on food each month",
        "Keep the cost of the weekly shop under control",
        "Save money on the groceries we always buy",
        "Avoid spending more at the supermarket than I meant to",
        "Compare prices of the same product between shops",
    ],
    "carry home": [
        "Carry heavy shopping bags up to the fourth floor",
        "Get crates of water home without a car",
        "Bring the groceries home on a bicycle",
        "Transport heavy drinks from the shop to the flat",
        "Carry bags home from the store with a bad back",
        "Get the heavy bags up the stairs",
    ],
    "feel good parent": [
        "Feel like a good mother",
        "Be perceived as a caring parent",
        "Feel proud of how I look after my family",
        "Avoid feeling guilty about what my children eat",
        "Be seen as a father who takes care of his kids",
        "Feel that I do enough for my children",
    ],
}
ODD = [
    "Learn to play the violin",
    "Renew a passport before it expires",
    "Repair a puncture on the motorway",
]
GERMAN = {
    "avoid waste": [
        "Lebensmittel verbrauchen, bevor sie verderben",
        "Weniger Essen am Ende der Woche wegwerfen",
        "Vermeiden, dass Gemüse im Kühlschrank schlecht wird",
        "Reste vom Vortag nicht in den Müll werfen",
    ],
    "carry home": [
        "Schwere Einkaufstaschen in den vierten Stock tragen",
        "Getränkekisten ohne Auto nach Hause bringen",
        "Die Einkäufe mit dem Fahrrad nach Hause transportieren",
        "Schwere Taschen die Treppe hinauf bekommen",
    ],
}
