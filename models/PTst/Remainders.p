// Where the server puts recipients off: the protocol, and each bug that leaves somebody out or serves somebody twice.
fun Partly(bug: tBug): tConfig {
  return (bug = bug, emails = 2, actions = 4, senders = 2, worth = 1000, sweep_wakes = true, losses = 1, doubles = 1, deaths = 2, pauses = 2, timeouts = 2, smtp_faults = 2, partly = true);
}

fun PartlyDeaths(bug: tBug): tConfig {
  return (bug = bug, emails = 1, actions = 0, senders = 2, worth = 1000, sweep_wakes = true, losses = 0, doubles = 0, deaths = 3, pauses = 0, timeouts = 0, smtp_faults = 0, partly = true);
}

// One sender, so that it is the one that is paused.
fun PartlyPauses(bug: tBug): tConfig {
  return (bug = bug, emails = 1, actions = 8, senders = 1, worth = 1000, sweep_wakes = true, losses = 0, doubles = 0, deaths = 0, pauses = 3, timeouts = 0, smtp_faults = 0, partly = true);
}

machine TestPartly { start state Init { entry { new World(Partly(NONE)); } } }
test Remainders [main=TestPartly]:
  assert NeverTwice, NeverAfterCancel, NeverEarly, StatusIsTrue, NoDotAfterGivenUp, ResendReplaces, EachBecomesFinal, NobodyLeftOut, NoRestTwice, NoRestBesideCopy in
  (union Mail, { TestPartly });

machine SeedRemainderApart { start state Init { entry { new World(PartlyDeaths(REMAINDER_APART)); } } }
test RemainderApart [main=SeedRemainderApart]: assert NobodyLeftOut in (union Mail, { SeedRemainderApart });

machine SeedRemainderWithoutCondition { start state Init { entry { new World(Partly(REMAINDER_WITHOUT_CONDITION)); } } }
test RemainderWithoutCondition [main=SeedRemainderWithoutCondition]: assert NoRestTwice in (union Mail, { SeedRemainderWithoutCondition });

machine SeedRemainderBesideCopy { start state Init { entry { new World(PartlyPauses(REMAINDER_BESIDE_COPY)); } } }
test RemainderBesideCopy [main=SeedRemainderBesideCopy]: assert NoRestBesideCopy in (union Mail, { SeedRemainderBesideCopy });
