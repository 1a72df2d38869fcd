module Mail = { World, Client, Connection, Database, Scheduler, Sweeper, Broker, SmtpServer, Sender };

fun Storm(bug: tBug): tConfig {
  return (bug = bug, emails = 2, actions = 4, senders = 2, worth = 8, sweep_wakes = true, losses = 2, doubles = 2, deaths = 2, pauses = 2, timeouts = 2, smtp_faults = 3, partly = false);
}

// Nothing expires, so that only an outcome ends an e-mail; one at a time is looked at more closely.
fun Lasting(bug: tBug, sweep_wakes: bool, losses: int): tConfig {
  return (bug = bug, emails = 1, actions = 4, senders = 2, worth = 1000, sweep_wakes = sweep_wakes, losses = losses, doubles = 2, deaths = 2, pauses = 2, timeouts = 2, smtp_faults = 3, partly = false);
}

// One kind of trouble at a time, for what needs much of it.
fun Deaths(bug: tBug): tConfig {
  return (bug = bug, emails = 1, actions = 0, senders = 2, worth = 1000, sweep_wakes = true, losses = 0, doubles = 0, deaths = 3, pauses = 0, timeouts = 0, smtp_faults = 0, partly = false);
}

fun Pauses(bug: tBug): tConfig {
  return (bug = bug, emails = 1, actions = 8, senders = 2, worth = 1000, sweep_wakes = true, losses = 0, doubles = 0, deaths = 0, pauses = 3, timeouts = 0, smtp_faults = 0, partly = false);
}

machine TestStorm { start state Init { entry { new World(Storm(NONE)); } } }
machine TestLasting { start state Init { entry { new World(Lasting(NONE, true, 2)); } } }
machine TestNothingLost { start state Init { entry { new World(Lasting(NONE, false, 0)); } } }

test Protocol [main=TestStorm]:
  assert NeverTwice, NeverAfterCancel, NeverEarly, StatusIsTrue, NoDotAfterGivenUp, ResendReplaces, LetGoIsLetGo, EachBecomesFinal in
  (union Mail, { TestStorm });

test WithoutExpiry [main=TestLasting]:
  assert NeverTwice, NeverAfterCancel, NeverEarly, StatusIsTrue, NoDotAfterGivenUp, ResendReplaces, LetGoIsLetGo, EachBecomesFinal in
  (union Mail, { TestLasting });

// Where the broker loses nothing, the sweep need not wake anything.
test WithoutWakingSweep [main=TestNothingLost]:
  assert NeverTwice, NeverAfterCancel, NeverEarly, StatusIsTrue, NoDotAfterGivenUp, ResendReplaces, LetGoIsLetGo, EachBecomesFinal in
  (union Mail, { TestNothingLost });

// Each seeded bug, and the one specification that it breaks.
machine SeedClaimWithoutStatus { start state Init { entry { new World(Lasting(CLAIM_WITHOUT_STATUS, true, 2)); } } }
test ClaimWithoutStatus [main=SeedClaimWithoutStatus]: assert NeverTwice in (union Mail, { SeedClaimWithoutStatus });

machine SeedClaimWithoutDue { start state Init { entry { new World(Lasting(CLAIM_WITHOUT_DUE, true, 2)); } } }
test ClaimWithoutDue [main=SeedClaimWithoutDue]: assert NeverEarly in (union Mail, { SeedClaimWithoutDue });

machine SeedSweepResetsSending { start state Init { entry { new World(Lasting(SWEEP_RESETS_SENDING, true, 2)); } } }
test SweepResetsSending [main=SeedSweepResetsSending]: assert NeverTwice in (union Mail, { SeedSweepResetsSending });

machine SeedExpiryToPending { start state Init { entry { new World(Deaths(EXPIRY_TO_PENDING)); } } }
test ExpiryToPending [main=SeedExpiryToPending]: assert NeverTwice in (union Mail, { SeedExpiryToPending });

machine SeedOutcomeWithoutClaim { start state Init { entry { new World(Lasting(OUTCOME_WITHOUT_CLAIM, true, 2)); } } }
test OutcomeWithoutClaim [main=SeedOutcomeWithoutClaim]: assert NeverTwice in (union Mail, { SeedOutcomeWithoutClaim });

machine SeedCancelWithoutCondition { start state Init { entry { new World(Lasting(CANCEL_WITHOUT_CONDITION, true, 2)); } } }
test CancelWithoutCondition [main=SeedCancelWithoutCondition]: assert NeverAfterCancel in (union Mail, { SeedCancelWithoutCondition });

machine SeedRetryWithoutTimer { start state Init { entry { new World(Lasting(RETRY_WITHOUT_TIMER, false, 0)); } } }
test RetryWithoutTimer [main=SeedRetryWithoutTimer]: assert EachBecomesFinal in (union Mail, { SeedRetryWithoutTimer });

machine SeedSweepWakesNothing { start state Init { entry { new World(Lasting(NONE, false, 2)); } } }
test SweepWakesNothing [main=SeedSweepWakesNothing]: assert EachBecomesFinal in (union Mail, { SeedSweepWakesNothing });

machine SeedGiveBackInFlight { start state Init { entry { new World(Lasting(GIVE_BACK_IN_FLIGHT, true, 2)); } } }
test GiveBackInFlight [main=SeedGiveBackInFlight]: assert NeverTwice in (union Mail, { SeedGiveBackInFlight });

machine SeedFenceForgetsLapse { start state Init { entry { new World(Pauses(FENCE_FORGETS_LAPSE)); } } }
test FenceForgetsLapse [main=SeedFenceForgetsLapse]: assert NoDotAfterGivenUp in (union Mail, { SeedFenceForgetsLapse });

machine SeedResendLeavesClaim { start state Init { entry { new World(Pauses(RESEND_LEAVES_CLAIM)); } } }
test ResendLeavesClaim [main=SeedResendLeavesClaim]: assert ResendReplaces in (union Mail, { SeedResendLeavesClaim });

machine SeedRetryOutlivesSave { start state Init { entry { new World(Lasting(RETRY_OUTLIVES_SAVE, true, 2)); } } }
test RetryOutlivesSave [main=SeedRetryOutlivesSave]: assert LetGoIsLetGo in (union Mail, { SeedRetryOutlivesSave });

machine SeedGiveBackOutlivesSave { start state Init { entry { new World(Lasting(GIVE_BACK_OUTLIVES_SAVE, true, 2)); } } }
test GiveBackOutlivesSave [main=SeedGiveBackOutlivesSave]: assert LetGoIsLetGo in (union Mail, { SeedGiveBackOutlivesSave });
